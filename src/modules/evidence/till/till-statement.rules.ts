import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { isCurrency } from '../../../core/money/index.js';
import { isZone } from '../../../core/time/index.js';
import { readTaxRate, TAX_BASES } from '../tax-basis.rules.js';
import { COMPACT_TIMES, DATE_ORDERS, DECIMAL_MARKS, DELIMITERS, ENCODINGS, LINE_UNITS, TILL_ROLES, type LineUnit, type TillColumns, type TillRole } from './till-mapping.rules.js';
import type { TillStatement } from './till.importer.js';

/** Fields of a form, of a query or of a body, as they were sent. */
export type StatedFields = Readonly<Record<string, unknown>>;

const invalid = (option: string, value: unknown, expected: string): Result<never> =>
  refuse('evidence.option_invalid', { option, value: String(value).slice(0, 80), expected }, { pointer: `/${option}` });

/** Answers out of a closed list. */
const CHOICES = {
  basis: TAX_BASES, decimalMark: DECIMAL_MARKS, dateOrder: DATE_ORDERS, compactTime: COMPACT_TIMES, lineIs: LINE_UNITS, encoding: ENCODINGS, delimiter: DELIMITERS,
} as const;

const PERIODS: Readonly<Record<string, LineUnit>> = { PT0S: 'sale', PT15M: 'quarter_hour', PT30M: 'half_hour', PT1H: 'hour', P1D: 'day' };
const MOST_HEADER_ROW = 1_000;
const LONGEST_NAME = 255;

/**
 * What somebody says about a file, whatever way they say it. What is not there, or empty, was not said.
 * Codes: `evidence.option_invalid`, `evidence.mapping_unclear`. Edge: `period` is another word for `lineIs`, `mapping` (JSON) for `columns`, with zone and period in it.
 */
export function readStatement(fields: StatedFields): Result<TillStatement> {
  const mapped = readColumns(fields['columns'] ?? fields['mapping']);
  if (!mapped.ok) return mapped;
  const { columns, ...beside } = mapped.value;
  const all: StatedFields = { ...fields, ...beside };
  const said: Record<string, unknown> = { ...(columns === undefined ? {} : { columns }) };
  for (const read of [readChoices(all), readFree(all), readRate(all['taxRatePercent']), readPeriod(all['period'])]) {
    if (!read.ok) return read;
    Object.assign(said, read.value);
  }
  return ok(said as TillStatement);
}

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

function readChoices(fields: StatedFields): Result<object> {
  const said: Record<string, unknown> = {};
  for (const [option, choices] of Object.entries(CHOICES) as [string, readonly string[]][]) {
    const value = fields[option];
    if (!isSaid(value)) continue;
    if (typeof value !== 'string' || !choices.includes(value)) return invalid(option, value, choices.map((choice) => (choice === '\t' ? 'a tab' : choice)).join(', '));
    said[option] = value;
  }
  return ok(said);
}

/** What each free field has to be. */
const FREE: Readonly<Record<string, { readonly expected: string; readonly fits: (text: string) => boolean }>> = {
  currency: { expected: 'an ISO 4217 code in capitals', fits: isCurrency },
  zone: { expected: 'an IANA zone such as Europe/London', fits: isZone },
  blankKind: { expected: 'sale', fits: (text) => text === 'sale' },
  sheet: { expected: 'the name of a sheet', fits: (text) => text.length <= LONGEST_NAME },
  headerRow: { expected: `a row from 1 to ${MOST_HEADER_ROW}`, fits: (text) => /^\d{1,4}$/.test(text) && Number.parseInt(text, 10) >= 1 && Number.parseInt(text, 10) <= MOST_HEADER_ROW },
};

function readFree(fields: StatedFields): Result<object> {
  const said: Record<string, unknown> = {};
  for (const [option, { expected, fits }] of Object.entries(FREE)) {
    const value = fields[option];
    if (!isSaid(value)) continue;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !fits(text)) return invalid(option, value, expected);
    said[option] = option === 'headerRow' ? Number.parseInt(text, 10) : text;
  }
  return ok(said);
}

function readRate(rate: unknown): Result<object> {
  if (!isSaid(rate)) return ok({});
  const read = readTaxRate(String(rate));
  return read.ok ? ok({ taxRatePercent: read.value }) : read;
}

function readPeriod(period: unknown): Result<object> {
  if (!isSaid(period)) return ok({});
  const lineIs = typeof period === 'string' && Object.hasOwn(PERIODS, period) ? PERIODS[period] : undefined;
  return lineIs === undefined ? invalid('period', period, Object.keys(PERIODS).join(', ')) : ok({ lineIs });
}

interface StatedColumns {
  readonly columns?: TillColumns;
  readonly zone?: string;
  readonly period?: string;
}

function readColumns(stated: unknown): Result<StatedColumns> {
  if (!isSaid(stated)) return ok({});
  const parsed = typeof stated === 'string' ? readJson(stated) : stated;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return invalid('mapping', stated, 'a JSON object of parts and columns');
  const entries = Object.entries(parsed as Record<string, unknown>);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= LONGEST_NAME)) return invalid('mapping', stated, 'column names as text');
  return partsIn(entries);
}

function partsIn(entries: readonly (readonly [string, string])[]): Result<StatedColumns> {
  const columns: Partial<Record<TillRole, string>> = {};
  const beside: { zone?: string; period?: string } = {};
  for (const [name, column] of entries) {
    // Lists of totals call their amount gross.
    const role = name === 'gross' ? 'amount' : TILL_ROLES.find((known) => known === name);
    if (name === 'zone' && isZone(column)) beside.zone = column;
    else if (name === 'period') beside.period = column;
    else if (role === undefined) return refuse('evidence.mapping_unclear', { reason: `"${name.slice(0, 40)}" is no part of a line; parts are ${TILL_ROLES.join(', ')}.` });
    else columns[role] = column;
  }
  return ok({ columns, ...beside });
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
