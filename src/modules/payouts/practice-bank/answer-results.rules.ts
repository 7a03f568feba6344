import { formatMoney } from '../../../core/money/index.js';
import type { ResultLayout, ResultWord, TableProfile } from '../../../core/payments/index.js';
import type { CalendarDate } from '../../../core/time/index.js';
import type { SheetCell } from '../../../platform/payment-files/workbook-writer.js';
import type { AnswerPlan, PlannedBooking, PlannedPayment } from './answer-plan.rules.js';

/** What the practice bank answers under: how its results look, and the columns of what it was sent. */
export interface ResultForm {
  readonly layout: ResultLayout;
  readonly sent: Pick<TableProfile, 'columns'> | undefined;
}

interface Row {
  readonly reference: string;
  readonly word: ResultWord;
  readonly amount: string;
  readonly reason?: string;
}

const wordFor = ({ words }: ResultLayout, meaning: ResultWord): string => Object.entries(words).find(([, means]) => means === meaning)?.[0] ?? meaning;

/** The reason in the bank's words, where it has one for the code. */
const reasonFor = ({ reasonCodes = {} }: ResultLayout, code: string): string => Object.entries(reasonCodes).find(([, means]) => means === code)?.[0] ?? code;

const ofBooking = ({ reference = '', what, amount }: PlannedBooking, returned: string): Row =>
  ({ reference, word: what === 'returned' ? 'returned' : 'paid', amount: formatMoney(amount), ...(what === 'returned' ? { reason: returned } : {}) });

/** What the first table says beside what was paid: refused, waiting, or, since a table knows no sums, paid with the others. */
function ofPayment({ reference, amount, answer }: PlannedPayment, rejected: string): Row[] {
  const row = { reference, amount: formatMoney(amount) };
  switch (answer) {
    case 'reject': return [{ ...row, word: 'rejected', reason: rejected }];
    case 'delay': return [{ ...row, word: 'accepted' }];
    case 'lump': return [{ ...row, word: 'paid' }];
    case 'accept': case 'return': case 'duplicate': case 'wrong_amount': return [];
  }
}

function* rowsOf(layout: ResultLayout, { payments, bookings, days }: AnswerPlan, on: CalendarDate, reasons: { readonly reject: string; readonly return: string }): Generator<Row> {
  if (on === days[0]) for (const payment of payments) yield* ofPayment(payment, reasonFor(layout, reasons.reject));
  for (const booking of bookings) {
    if (booking.on === on && (booking.what === 'payment' || booking.what === 'returned')) yield ofBooking(booking, reasonFor(layout, reasons.return));
  }
}

/**
 * The results of one day in the layout of their bank: our own columns as they were sent where it gives them back, its own behind them. A table of results has
 * neither charges nor sums. A debit that nobody sent stands on a row like ours, of an account that is none.
 */
export function* resultTable({ layout, sent }: ResultForm, plan: AnswerPlan, on: CalendarDate, reasons: { readonly reject: string; readonly return: string }): Generator<readonly SheetCell[]> {
  const echoed = layout.isEcho === true ? sent?.columns ?? [] : [];
  const own = (['reference', 'status', 'amount', 'reason', 'on'] as const).filter((column) => !layout.columns[column]?.some((heading) => echoed.some(({ header }) => header === heading)));
  const stated = own.flatMap((column) => { const heading = layout.columns[column]?.[0]; return heading === undefined ? [] : [{ column, heading }]; });
  const text = (words: string): SheetCell => ({ type: 'text', text: words });
  yield [...echoed.map(({ header }) => text(header)), ...stated.map(({ heading }) => text(heading))];
  const cellsOf = new Map(plan.payments.map(({ reference, cells }) => [reference, cells]));
  for (const { reference, word, amount, reason = '' } of rowsOf(layout, plan, on, reasons)) {
    const says = { reference, status: wordFor(layout, word), amount, reason, on };
    const cells = cellsOf.get(reference);
    yield [
      ...echoed.map(({ value, type }, place): SheetCell => {
        if (value === 'amount') return { type, text: amount };
        if (value === 'own_key') return text(reference);
        return { type, text: cells?.[place] ?? (value === 'account' ? '000000000' : '') };
      }),
      ...stated.map(({ column }) => text(says[column])),
    ];
  }
}
