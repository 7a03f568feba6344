import { ok, refuse, type Result } from '../../core/errors/index.js';
import { parseInstant, type Interval } from '../../core/time/index.js';
import { readJson, readStatement } from './till/till-statement.rules.js';
import type { TillStatement } from './till/till.importer.js';

/** What somebody says about a file that is sent and used in one step. */
export interface UploadOptions {
  readonly statement: TillStatement;
  /** Confirms at once which time the file speaks for; left out, it is proposed. */
  readonly coverage?: readonly Interval[];
}

const invalid = (option: string, value: string, expected: string): Result<never> =>
  refuse('evidence.option_invalid', { option, value: value.slice(0, 80), expected }, { pointer: `/${option}` });

/**
 * Reads the fields of an upload, all text as a form or a query string sends them. `mapping` and `coverage` are JSON. Nobody can be
 * asked afterwards, so currency and tax basis have to be said; a line that does not say its kind is a sale.
 *
 * Codes: `evidence.option_invalid`, `evidence.mapping_unclear`.
 */
export function readUploadOptions(fields: Readonly<Record<string, string | undefined>>): Result<UploadOptions> {
  const { currency = '', basis = '' } = fields;
  if (currency === '') return invalid('currency', currency, 'an ISO 4217 code in capitals');
  if (basis === '') return invalid('basis', basis, 'net_of_tax or gross');
  const statement = readStatement({ blankKind: 'sale', ...fields });
  if (!statement.ok) return statement;
  const coverage = readCoverage(fields['coverage']);
  return coverage.ok ? ok({ statement: statement.value, ...coverage.value }) : coverage;
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
