import { formatMoney, parseMoney, parseRatio } from '../../core/money/index.js';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import type { InputDefinition, InputType } from '../../core/policy/index.js';
import { formatInstant } from '../../core/time/index.js';
import { controlOf, decimalsOf, fieldNames, instantAt, MOST_LINES, UNITS, type AskingGround, type Typed } from './controls.rules.js';
import { plainNumber } from './typed-number.rules.js';
import { formText } from '../shared/form-fields.form.js';

const LONGEST = 2_000;

/** What was typed for an input, under the names its fields carry in this form. */
export function typedIn(body: unknown, prefix: string, definition: InputDefinition): Typed {
  return Object.fromEntries(fieldNames(definition, MOST_LINES).map((name): [string, string] => [name, formText(body, `${prefix}-${name}`, LONGEST + 1).trim()]).filter(([, text]) => text !== ''));
}

const fault = (code: string, field: string, params: Refusal['params'] = {}): Result<never> => refuse(`intake.${code}`, params, { pointer: `/${field}` });

/**
 * What was typed as an answer of the input's type; null when nothing was. Pointers name the field without its prefix.
 * Codes: those of `intake.errors.ts`, and of the clock (`time.gap`, `time.fold`).
 */
export function readTyped(typed: Typed, definition: InputDefinition, ground: AskingGround): Result<unknown> {
  const { cell } = controlOf(definition);
  if (Object.values(typed).every((text) => text.trim() === '') || isOnlyUnit(typed)) return ok(null);
  switch (cell) {
    case 'rows': return readRows(typed, definition, ground);
    case 'lines': return readLines(typed['value'] ?? '');
    case 'date': return readDate(typed);
    case 'instant': return readInstant(typed, ground);
    case 'duration': return readDuration(typed, ground);
    default: return readCell(typed['value'] ?? '', definition, ground, 'value');
  }
}

/** A list of units has always one chosen; that alone says nothing. */
const isOnlyUnit = (typed: Typed): boolean => typed['unit'] !== undefined && Object.keys(typed).length === 1;

function readLines(text: string): Result<unknown> {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const long = lines.find((line) => line.length > 200);
  return long === undefined && lines.length <= 200 ? ok(lines) : fault('lines_out_of_range', 'value', { most: 200 });
}

function readDate(typed: Typed): Result<string> {
  const { year = '', month = '', day = '' } = typed;
  const iso = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(iso) ? ok(iso) : fault('date_unreadable', year === '' || month === '' || day === '' ? firstEmpty(typed) : 'day');
}

const firstEmpty = (typed: Typed): string => ['day', 'month', 'year'].find((name) => (typed[name] ?? '') === '') ?? 'day';

const isDay = (iso: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(iso) && instantAt(`${iso} 00:00`, 'UTC').ok;

function readInstant(typed: Typed, ground: AskingGround): Result<string> {
  const day = readDate(typed);
  return day.ok ? localInstant(`${day.value} ${typed['time'] ?? ''}`, ground, 'time') : day;
}

function localInstant(local: string, { zone }: AskingGround, field: string): Result<string> {
  const read = instantAt(local.replace(/ (\d):/, ' 0$1:'), zone);
  if (read.ok) return ok(formatInstant(read.value));
  return read.refusal.code === 'time.malformed' ? fault('time_unreadable', field) : refuse(read.refusal.code, { ...read.refusal.params }, { pointer: `/${field}` });
}

function readDuration(typed: Typed, { language }: AskingGround): Result<string> {
  const number = plainNumber(typed['value'] ?? '', language);
  const unit = UNITS.find((known) => known === typed['unit']) ?? 'minutes';
  return number === undefined || number.startsWith('-') ? fault('number_unreadable', 'value') : ok(`${number} ${unit}`);
}

/** One field that holds one value; also a field inside a line. */
function readCell(text: string, definition: Pick<InputDefinition, 'type' | 'options'>, ground: AskingGround, field: string): Result<unknown> {
  switch (definition.type) {
    case 'boolean': return text === 'yes' || text === 'no' ? ok(text === 'yes') : fault('choice_missing', field);
    case 'choice': return (definition.options ?? []).includes(text) ? ok(text) : fault('choice_missing', field);
    case 'text': return text.length <= LONGEST ? ok(text) : fault('text_long', field, { most: LONGEST });
    case 'money': return readMoney(text, ground, field);
    case 'ratio': return readShare(text, ground, field);
    case 'number': return readNumber(text, ground, field);
    case 'duration': return readDuration({ value: text, unit: 'minutes' }, ground).ok ? ok(`${plainNumber(text, ground.language) ?? ''} minutes`) : fault('number_unreadable', field);
    case 'date': return isDay(text) ? ok(text) : fault('day_unreadable', field);
    case 'instant': return localInstant(text, ground, field);
    default: return fault('choice_missing', field);
  }
}

function readMoney(text: string, { currency, language }: AskingGround, field: string): Result<string> {
  const plain = plainNumber(text.replace(new RegExp(currency, 'i'), ''), language, decimalsOf('money', currency));
  const read = plain === undefined ? undefined : parseMoney(padded(plain, decimalsOf('money', currency) ?? 0), currency);
  if (read?.ok !== true) return fault('amount_unreadable', field, { currency });
  return read.value.minor < 0n ? fault('amount_negative', field) : ok(formatMoney(read.value));
}

/** `12.5` of a currency with two decimals is `12.50`. */
function padded(plain: string, decimals: number): string {
  const [whole = '', part] = plain.split('.');
  if (part === undefined || part.length > decimals) return plain;
  return decimals === 0 ? whole : `${whole}.${part.padEnd(decimals, '0')}`;
}

/** `62%`, or the share `0.62`. More than one without a sign could be either, so it is asked again. */
function readShare(text: string, { language }: AskingGround, field: string): Result<string> {
  if (/^\d{1,6}\/\d{1,6}$/.test(text.replaceAll(' ', ''))) return fraction(text.replaceAll(' ', ''), field);
  const hasSign = /[%％]\s*$/.test(text);
  const plain = plainNumber(text.replace(/[%％]\s*$/, ''), language);
  if (plain === undefined || plain.startsWith('-')) return fault('share_unreadable', field);
  const isMoreThanAll = /^0*[1-9]/.test(plain) && plain.replace(/\.0*$/, '') !== '1';
  return !hasSign && isMoreThanAll ? fault('share_unclear', field, { value: plain }) : ok(hasSign ? `${plain}%` : plain);
}

const fraction = (text: string, field: string): Result<string> => (parseRatio(text).ok ? ok(text) : fault('share_unreadable', field));

function readNumber(text: string, { language }: AskingGround, field: string): Result<string> {
  const plain = /^\d{1,12}\/\d{1,12}$/.test(text) && parseRatio(text).ok ? text : plainNumber(text, language);
  return plain === undefined ? fault('number_unreadable', field) : ok(plain);
}

/** Lines with anything in them; a line is whole or it is a fault, and all faults are named in one pass. */
function readRows(typed: Typed, definition: InputDefinition, ground: AskingGround): Result<unknown> {
  const { columns, labels } = controlOf(definition);
  const causes: Refusal[] = [];
  const rows: Record<string, unknown>[] = [];
  for (let line = 0; line < MOST_LINES; line += 1) {
    const given = columns.map(({ name }) => (name === 'from' && labels[line] !== undefined ? labels[line] : typed[`${line}-${name}`] ?? ''));
    const isBlank = columns.every(({ name }) => (name === 'from' && labels[line] !== undefined) || (typed[`${line}-${name}`] ?? '') === '');
    if (isBlank) continue;
    rows.push(Object.fromEntries(columns.flatMap(({ name, type }, at) => {
      const read = inLine(given[at] ?? '', type, ground, `${line}-${name}`);
      if (!read.ok) causes.push(read.refusal);
      return read.ok ? [[name, read.value]] : [];
    })));
  }
  const [first] = causes;
  return first === undefined ? ok(rows) : refuse(first.code, first.params, { ...(first.pointer === undefined ? {} : { pointer: first.pointer }), causes });
}

const inLine = (text: string, type: InputType, ground: AskingGround, field: string): Result<unknown> =>
  (text === '' ? fault('line_incomplete', field) : readCell(text, { type }, ground, field));
