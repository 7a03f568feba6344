import { ok, refuse, type Result } from '../../core/errors/index.js';
import { isCurrency, type CurrencyCode } from '../../core/money/index.js';
import { isZone, parseInstant, type Interval } from '../../core/time/index.js';
import { parsePeriod, type ColumnMapping, type StatedPeriod } from './sales-lines.rules.js';

export const TAX_BASES = ['net_of_tax', 'gross'] as const;
export type TaxBasis = (typeof TAX_BASES)[number];

/** What the merchant says about a file, beside the file. */
export interface UploadOptions {
  readonly currency: CurrencyCode;
  /** Whether the amounts hold value added tax (`gross`) or not. */
  readonly basis: TaxBasis;
  /** IANA zone of times without an offset. */
  readonly zone?: string;
  readonly period?: StatedPeriod;
  readonly mapping?: ColumnMapping;
  /** Confirms at once which time the file speaks for; left out, it is proposed. */
  readonly coverage?: readonly Interval[];
}

const ROLES = ['at', 'to', 'kind', 'amount', 'id', 'refundOf', 'gross', 'refunds'] as const;

const invalid = (option: string, value: string, expected: string): Result<never> =>
  refuse('evidence.option_invalid', { option, value: value.slice(0, 80), expected }, { pointer: `/${option}` });

/**
 * Reads the fields of an upload, all text as a form or a query string sends them. `mapping` and `coverage` are JSON.
 *
 * Codes: `evidence.option_invalid`, `evidence.mapping_unclear`, and those of `parsePeriod`.
 * Edge: a mapping names its period and zone like the fields of the same names.
 */
export function readUploadOptions(fields: Readonly<Record<string, string | undefined>>): Result<UploadOptions> {
  const money = readMoneyOptions(fields);
  if (!money.ok) return money;
  const mapping = readMapping(fields['mapping']);
  if (!mapping.ok) return mapping;
  const time = readTimeOptions({ ...fields, ...mapping.value.time });
  if (!time.ok) return time;
  const coverage = readCoverage(fields['coverage']);
  if (!coverage.ok) return coverage;
  return ok({ ...money.value, ...time.value, ...mapping.value.columns, ...coverage.value });
}

function readMoneyOptions({ currency = '', basis = '' }: Readonly<Record<string, string | undefined>>): Result<Pick<UploadOptions, 'currency' | 'basis'>> {
  if (!isCurrency(currency)) return invalid('currency', currency, 'an ISO 4217 code in capitals');
  const known = TAX_BASES.find((one) => one === basis);
  return known === undefined ? invalid('basis', basis, 'net_of_tax or gross') : ok({ currency, basis: known });
}

function readTimeOptions({ zone, period }: Readonly<Record<string, string | undefined>>): Result<Pick<UploadOptions, 'zone' | 'period'>> {
  if (zone !== undefined && !isZone(zone)) return invalid('zone', zone, 'an IANA zone such as Europe/London');
  const stated = period === undefined ? undefined : parsePeriod(period);
  if (stated?.ok === false) return stated;
  return ok({ ...(zone === undefined ? {} : { zone }), ...(stated === undefined ? {} : { period: stated.value }) });
}

/** What a mapping says: its columns, and the zone and period it may name beside them. */
interface StatedMapping {
  readonly columns: Pick<UploadOptions, 'mapping'>;
  readonly time: { readonly zone?: string; readonly period?: string };
}

function readMapping(text: string | undefined): Result<StatedMapping> {
  if (text === undefined || text === '') return ok({ columns: {}, time: {} });
  const parsed = readJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return invalid('mapping', text, 'a JSON object of parts and columns');
  const entries = Object.entries(parsed as Record<string, unknown>);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return invalid('mapping', text, 'column names as text');
  const unknown = entries.find(([role]) => ![...ROLES, 'zone', 'period'].includes(role));
  if (unknown !== undefined) return refuse('evidence.mapping_unclear', { reason: `"${unknown[0].slice(0, 40)}" is no part of a line; parts are ${ROLES.join(', ')}.` });
  const { zone, period, ...columns } = Object.fromEntries(entries);
  const unclear = unclearIn(columns);
  if (unclear !== undefined) return refuse('evidence.mapping_unclear', { reason: unclear });
  return ok({
    columns: { mapping: columns as unknown as ColumnMapping },
    time: { ...(zone === undefined ? {} : { zone }), ...(period === undefined ? {} : { period }) },
  });
}

function unclearIn(columns: Readonly<Record<string, string>>): string | undefined {
  const { at, amount, gross, refunds, kind } = columns;
  if (at === undefined) return 'The mapping does not say which column holds the time (at).';
  if ((amount === undefined) === (gross === undefined)) return 'Map either amount or gross, not both and not neither.';
  if (refunds !== undefined && gross === undefined) return 'A refunds column belongs to a gross column.';
  if (kind !== undefined && gross !== undefined) return 'A line of totals has no kind.';
  const used = Object.values(columns);
  return new Set(used).size === used.length ? undefined : 'One column cannot play two parts.';
}

function readCoverage(text: string | undefined): Result<Pick<UploadOptions, 'coverage'>> {
  if (text === undefined || text === '') return ok({});
  const parsed = readJson(text);
  if (!Array.isArray(parsed)) return invalid('coverage', text, 'a JSON list of { "from", "to" }');
  const intervals: Interval[] = [];
  for (const item of parsed as readonly unknown[]) {
    const { from, to } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
    const [start, end] = [parseInstant(String(from)), parseInstant(String(to))];
    if (!start.ok || !end.ok) return invalid('coverage', JSON.stringify(item) ?? '', 'instants with an offset in from and to');
    intervals.push({ from: start.value, to: end.value });
  }
  return ok({ coverage: intervals });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
