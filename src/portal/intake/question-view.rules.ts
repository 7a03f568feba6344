import type { CurrencyCode } from '../../core/money/index.js';
import type { InputDefinition, Language } from '../../core/policy/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';
import type { Translate } from '../../platform/i18n/translations.js';
import { controlOf, linesShown, typedFrom, UNITS, type AskingGround, type Cell, type Typed } from './controls.rules.js';
import type { IntakeClaim } from './intake-sheet.service.js';
import type { Question } from './questions.rules.js';

/** The answer of one site, or of the business, as the fields of the form. */
export interface AnswerRow {
  readonly prefix: string;
  readonly site: string;
  readonly typed: Typed;
  /** As it is stored now, where a second window saved another one. */
  readonly stored: string | undefined;
}

/** A question as a page shows it. */
export interface QuestionView {
  readonly name: string;
  readonly label: string;
  readonly help: string | undefined;
  readonly example: string | undefined;
  readonly unit: string | undefined;
  readonly evidence: string | undefined;
  readonly required: boolean;
  readonly cell: Cell;
  readonly group: Question['group'];
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly columns: readonly { readonly name: string; readonly text: string; readonly cell: Cell }[];
  readonly lines: readonly { readonly index: number; readonly label: string | undefined }[];
  readonly rows: readonly AnswerRow[];
  readonly currency: string;
}

export interface Speaking {
  readonly language: Language;
  readonly t: Translate;
  readonly f: Formatting;
  readonly has: (key: string) => boolean;
}

/** Words of an option or a field: the policy's own, the form's, else the bare name. */
export function wordOf(kind: 'options' | 'fields', name: string, { words }: InputDefinition, { language, t, has }: Speaking): string {
  const own = words?.[kind]?.[name]?.[language];
  const key = `intake.${kind}.${name}`;
  return own ?? (has(key) ? t(key) : name.replaceAll('_', ' '));
}

/** One question for those whose answer it takes: each site, or the business once. */
export function prefixesOf({ input }: Question, claims: readonly IntakeClaim[]): { readonly prefix: string; readonly claim: IntakeClaim }[] {
  const [first] = claims;
  if (input.scope === 'merchant') return first === undefined ? [] : [{ prefix: 'all', claim: first }];
  return claims.map((claim) => ({ prefix: claims.length === 1 ? 'all' : claim.row.reference, claim }));
}

export function groundOf(claim: IntakeClaim, currency: CurrencyCode, language: Language): AskingGround {
  return { currency, zone: claim.site.zone, language };
}

export interface Showing {
  readonly question: Question;
  readonly claims: readonly IntakeClaim[];
  readonly currency: CurrencyCode;
  /** What was typed, by prefix; the stored answer where nothing was. */
  readonly typed?: ReadonlyMap<string, Typed>;
  /** Another answer was saved meanwhile: both are shown. */
  readonly isConflict?: boolean;
  readonly moreLines?: number;
}

export function questionView({ question, claims, currency, typed, isConflict, moreLines }: Showing, speaking: Speaking): QuestionView {
  const { name, input, group } = question;
  const control = controlOf(input);
  const { language } = speaking;
  const rows = prefixesOf(question, claims).map(({ prefix, claim }): AnswerRow => {
    const ground = groundOf(claim, currency, language);
    const stored = claim.row.answers[name];
    return {
      prefix, site: claim.site.name, typed: typed?.get(prefix) ?? typedFrom(stored, input, ground),
      stored: isConflict === true ? answerText(stored, input, ground, speaking) : undefined,
    };
  });
  const count = Math.max(...rows.map((row) => linesShown(row.typed, control, moreLines)));
  return {
    name, group, rows, currency, label: input.label[language], help: input.help?.[language], example: input.words?.example?.[language], unit: input.words?.unit?.[language],
    evidence: input.evidence, required: input.required, cell: control.cell,
    options: (input.options ?? []).map((value) => ({ value, text: wordOf('options', value, input, speaking) })),
    columns: control.columns.filter((column) => column.name !== 'from' || control.labels.length === 0)
      .map((column) => ({ name: column.name, text: columnText(column.name, input, speaking), cell: controlOf({ ...input, type: column.type }).cell })),
    lines: control.cell === 'rows' ? Array.from({ length: count }, (_, index) => ({ index, label: lineLabel(control.labels[index], speaking) })) : [],
  };
}

const lineLabel = (day: string | undefined, { f }: Speaking): string | undefined => (day === undefined ? undefined : f.shortDate(`${day}T00:00:00Z`, 'UTC'));

/** Columns that every series and every list of times has are the form's own. */
const columnText = (name: string, input: InputDefinition, speaking: Speaking): string =>
  (input.type === 'list' ? wordOf('fields', name, input, speaking) : speaking.t(`intake.columns.${name}`));

/** A stored answer in words, for a check page, a conflict or a confirmation. */
export function answerText(answer: unknown, input: InputDefinition, ground: AskingGround, speaking: Speaking): string {
  const { t, f } = speaking;
  if (answer === undefined || answer === null) return t('intake.no_answer');
  if (typeof answer === 'boolean') return t(answer ? 'claim.yes' : 'claim.no');
  if (Array.isArray(answer)) return answer.map((row) => rowText(row, input, ground, speaking)).join('\n');
  if (typeof answer !== 'string') return '';
  switch (input.type) {
    case 'money': return f.money({ amount: answer, currency: ground.currency });
    case 'choice': return wordOf('options', answer, input, speaking);
    case 'ratio': return answer.endsWith('%') ? answer : f.share(answer);
    case 'number': return f.ratio(answer);
    case 'date': return f.date(`${answer}T00:00:00Z`, 'UTC');
    case 'instant': return f.dateTime(answer, ground.zone);
    case 'duration': return durationWords(answer, speaking);
    default: return answer;
  }
}

function durationWords(answer: string, { t, f }: Speaking): string {
  const [value = '', unit = 'minutes'] = answer.split(' ');
  const known = UNITS.find((one) => one === unit || one === `${unit}s`);
  return `${f.ratio(value)} ${known === undefined ? unit : t(`intake.units.${known}`)}`;
}

function rowText(row: unknown, input: InputDefinition, ground: AskingGround, speaking: Speaking): string {
  if (typeof row === 'string') return row;
  if (typeof row !== 'object' || row === null) return '';
  const members = row as Readonly<Record<string, unknown>>;
  return controlOf(input).columns.map(({ name, type }) => {
    const { words: _words, options: _options, fields: _fields, ...plain } = input;
    return `${columnText(name, input, speaking)}: ${answerText(members[name], { ...plain, type }, ground, speaking)}`;
  }).join(', ');
}
