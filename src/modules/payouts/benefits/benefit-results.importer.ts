import { isCalendarDate, type CalendarDate } from '../../../core/time/index.js';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { BankFileFault } from '../bank/bank-files.errors.js';
import { BankFileStopped } from '../bank/bank-fault.rules.js';
import { textRows, tidyCell } from '../bank/result-file.importer.js';
import type { BenefitState } from './benefits.rules.js';

export const RESULT_COLUMNS = ['benefit_reference', 'status', 'reason', 'given_on'] as const;
const WORDS: Readonly<Record<string, Exclude<BenefitState, 'asked'>>> = { granted: 'given', refused: 'refused', withdrawn: 'withdrawn' };
/** What says of a file of a bank where it comes from says something else of this table. */
const OWN_WORDS: Readonly<Partial<Record<BankFileFault, string>>> = { 'payouts.bank_empty': 'payouts.benefit_empty', 'payouts.bank_encoding': 'payouts.benefit_encoding' };
/** As many as a list has, and more of what was withdrawn. */
const MOST_ROWS = 20_000;

export interface BenefitResult {
  readonly row: number;
  readonly reference: string;
  readonly state: Exclude<BenefitState, 'asked'>;
  readonly reason: string;
  readonly on: CalendarDate | null;
}

export interface BenefitResults {
  readonly results: readonly BenefitResult[];
  /** Lines whose word, day or reference cannot be read. */
  readonly unread: readonly number[];
}

function resultOf(row: number, [reference = '', word = '', reason = '', day = '']: readonly string[]): BenefitResult | undefined {
  const state = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (reference === '' || state === undefined || (day !== '' && !isCalendarDate(day))) return undefined;
  return { row, reference, state, reason: reason.slice(0, 200), on: day === '' ? null : day };
}

/** The whole table, or why it is none. Codes: `payouts.benefit_columns`, `payouts.benefit_empty`, `payouts.benefit_encoding`, `payouts.benefit_rows`, `payouts.bank_not_table`, `payouts.bank_too_large`. */
export async function readBenefitResults(stream: AsyncIterable<Uint8Array>): Promise<Result<BenefitResults>> {
  const [results, unread]: [BenefitResult[], number[]] = [[], []];
  let at: readonly number[] | undefined;
  try {
    for await (const { fields, line: row } of textRows(stream, {})) {
      const cells = fields.map(tidyCell);
      if (at === undefined) {
        const missing = RESULT_COLUMNS.filter((heading) => !cells.includes(heading));
        if (missing.length > 0) return refuse('payouts.benefit_columns', { wanted: RESULT_COLUMNS.join(', '), missing: missing.join(', ') });
        at = RESULT_COLUMNS.map((heading) => cells.indexOf(heading));
        continue;
      }
      const result = resultOf(row, at.map((index) => cells[index] ?? ''));
      if (result === undefined) unread.push(row);
      else results.push(result);
      if (results.length + unread.length > MOST_ROWS) return refuse('payouts.benefit_rows', { most: MOST_ROWS });
    }
  } catch (error) {
    if (!(error instanceof BankFileStopped)) throw error;
    const { code, params } = error.refusal;
    return refuse(OWN_WORDS[code] ?? code, params);
  }
  return at === undefined ? refuse('payouts.benefit_empty') : ok({ results, unread });
}
