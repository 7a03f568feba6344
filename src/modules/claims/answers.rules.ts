import { isCurrency, parseMoney } from '../../core/money/index.js';
import { refuse, ok, type Refusal, type Result } from '../../core/errors/index.js';
import { answered, type InputDefinition, type PolicyDocument } from '../../core/policy/index.js';
import { instant, parseInstant } from '../../core/time/index.js';

export type Answers = Readonly<Record<string, unknown>>;

const EXPECTED: Readonly<Record<InputDefinition['type'], string>> = {
  money: 'an amount as decimal text', ratio: 'a ratio as text, such as 0.62', number: 'a number as text', boolean: 'true or false', text: 'a text',
  choice: 'one of the listed choices', series: 'a list of { "from": "2022-09-17", "amount": "…" }', date: 'a date such as 2022-10-15',
  duration: 'a duration such as 90 minutes', instant: 'an instant with its offset, such as 2022-10-15T15:30+09:00',
  intervals: 'a list of { "from": "…", "to": "…" }, each an instant with its offset', list: 'a list of rows with every field the policy names',
};

const MOST_ROWS = 200;

function isUsable(value: unknown, definition: InputDefinition, currency: string): boolean {
  switch (definition.type) {
    case 'boolean': return typeof value === 'boolean';
    case 'text': return typeof value === 'string' && value.length <= 2_000;
    case 'choice': return typeof value === 'string' && (definition.options ?? []).includes(value);
    case 'money': return typeof value === 'string' && notNegative(value, currency);
    case 'ratio': case 'number': case 'duration': case 'date': case 'instant': return typeof value === 'string' && isRead(value, definition, currency);
    case 'intervals': return isList(value, isInterval);
    case 'list': return isList(value, (row) => isRow(row, definition, currency));
    case 'series': return isList(value, (entry) => isEntry(entry, currency)) && (value as unknown[]).length > 0;
  }
}

const isList = (value: unknown, each: (entry: unknown) => boolean): boolean => Array.isArray(value) && value.length <= MOST_ROWS && value.every(each);

const WINDOW = { from: instant(0), to: instant(1) };

const isRead = (text: string, definition: Pick<InputDefinition, 'type'>, code: string): boolean =>
  isCurrency(code) && answered(text, definition, { currency: code, window: WINDOW }) !== null;

function isInterval(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { from, to } = entry as { from?: unknown; to?: unknown };
  const [start, end] = [from, to].map((text) => (typeof text === 'string' ? parseInstant(text) : undefined));
  return start?.ok === true && end?.ok === true && start.value < end.value;
}

function isRow(row: unknown, { fields }: InputDefinition, currency: string): boolean {
  if (fields === undefined) return typeof row === 'string' && row.length <= 200;
  if (typeof row !== 'object' || row === null || Object.keys(row).some((name) => fields[name] === undefined)) return false;
  const members = row as Readonly<Record<string, unknown>>;
  return Object.entries(fields).every(([name, type]) => members[name] !== undefined && isUsable(members[name], { ...NO_OPTIONS, type }, currency));
}

const NO_OPTIONS = { label: { en: '', ko: '', fr: '' }, source: 'asked', scope: 'site', required: true } as const;

function notNegative(text: string, currency: string): boolean {
  const read = parseMoney(text, currency);
  return read.ok && read.value.minor >= 0n;
}

function isEntry(entry: unknown, currency: string): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { from, amount } = entry as { from?: unknown; amount?: unknown };
  return typeof from === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(from) && typeof amount === 'string' && notNegative(amount, currency);
}

/** Answers after a change: null takes one back, as a merge patch says it. */
export const mergedAnswers = (before: Answers, change: Answers): Answers =>
  Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));

/** Answers that were given are usable; what is still missing is not asked for yet. All faults in one pass. */
export function checkAnswers(answers: Answers, document: PolicyDocument): Result<void> {
  const causes = Object.entries(answers).flatMap(([input, value]): Refusal[] => {
    const pointer = `/answers/${input}`;
    const definition = document.inputs[input];
    if (definition === undefined) return [{ code: 'claims.answer_unknown', params: { input, known: Object.keys(document.inputs) }, pointer }];
    return isUsable(value, definition, document.currency) ? [] : [{ code: 'claims.answer_invalid', params: { input, expected: EXPECTED[definition.type] }, pointer }];
  });
  return causes.length === 0 ? ok(undefined) : refuse('claims.answers_incomplete', { count: causes.length }, { causes });
}

/** Everything the policy needs is there: asked inputs answered, and those derived from sales either covered by a file or answered. */
export function checkComplete(answers: Answers, document: PolicyDocument, hasSales: boolean): Result<void> {
  const causes = Object.entries(document.inputs).flatMap(([input, { required, source }]): Refusal[] => {
    const given = answers[input] !== undefined || !required || (source === 'sales' && hasSales);
    return given ? [] : [{ code: 'claims.answer_missing', params: { input }, pointer: `/answers/${input}` }];
  });
  return causes.length === 0 ? checkAnswers(answers, document) : refuse('claims.answers_incomplete', { count: causes.length }, { causes });
}
