import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { formatMoney, money, type CurrencyCode } from '../../core/money/index.js';
import { addDays, startOf, type CalendarDate, type Interval } from '../../core/time/index.js';
import type { TaxBasis } from './tax-basis.rules.js';
import { readAmount } from './till/till-amount.rules.js';
import type { DecimalMark } from './till/till-mapping.rules.js';
import { readStatement } from './till/till-statement.rules.js';
import type { TillStatement } from './till/till.importer.js';

export interface TypedDay {
  readonly day: CalendarDate;
  /** As typed; empty means nobody knows, `0` that nothing was sold. */
  readonly amount: string;
}

export interface TypedDays {
  readonly days: readonly TypedDay[];
  readonly basis: TaxBasis;
  /** In percent of the amount without tax, as typed; needed where sales count on the other basis. */
  readonly taxRatePercent?: string;
  readonly decimalMark?: DecimalMark;
}

/** Typed totals as a file, so that they are kept, read and shown like any other; each day that was filled in is covered, and no other. */
export interface TypedFile {
  readonly text: string;
  readonly statement: TillStatement;
  readonly coverage: readonly Interval[];
}

const MOST_DAYS = 400;

/**
 * Totals of days typed by hand, as a table of lines with one day each.
 * Codes: `evidence.days_none`, `evidence.file_faulty` with one `evidence.day_invalid` a day that cannot be read, its pointer `/days-<day>`.
 * Edge: an empty field is left out; a day below nought is not a total.
 */
export function typedFile({ days, basis, taxRatePercent = '', decimalMark = '.' }: TypedDays, currency: CurrencyCode, zone: string): Result<TypedFile> {
  const filled = days.filter(({ amount }) => amount.trim() !== '').slice(0, MOST_DAYS);
  if (filled.length === 0) return refuse('evidence.days_none', {}, { pointer: '/days' });
  const rate = taxRatePercent.trim() === '' ? ok({}) : readStatement({ taxRatePercent });
  if (!rate.ok) return rate;
  const faults: Refusal[] = [];
  const lines = filled.flatMap(({ day, amount }) => {
    const read = readAmount(amount, decimalMark, currency);
    if (read.ok && read.value >= 0n) return [`${day},${formatMoney(money(read.value, currency))}`];
    faults.push({ code: 'evidence.day_invalid', params: { day, value: amount.slice(0, 40), currency }, pointer: `/days-${day}` });
    return [];
  });
  if (faults.length > 0) return refuse('evidence.file_faulty', { count: faults.length, lines: filled.length }, { causes: faults });
  return ok({
    text: `date,amount\n${lines.join('\n')}\n`,
    statement: { ...rate.value, currency, basis, zone, lineIs: 'day', decimalMark: '.', dateOrder: 'ymd', blankKind: 'sale', columns: { date: 'date', amount: 'amount' } },
    coverage: filled.map(({ day }) => ({ from: startOf(day, zone), to: startOf(addDays(day, 1), zone) })),
  });
}
