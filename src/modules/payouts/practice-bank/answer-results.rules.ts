import { formatMoney } from '../../../core/money/index.js';
import { csvLine } from '../../../core/text/index.js';
import type { CalendarDate } from '../../../core/time/index.js';
import type { ResultFileProfile, ResultWord } from '../bank/result-file.profile.js';
import type { AnswerPlan, PlannedBooking, PlannedPayment } from './answer-plan.rules.js';

interface Row {
  readonly reference: string;
  readonly word: ResultWord;
  readonly amount: string;
  readonly reason?: string;
}

const wordFor = ({ words }: ResultFileProfile, meaning: ResultWord): string => Object.entries(words).find(([, means]) => means === meaning)?.[0] ?? meaning;

/** The reason in the bank's words, where it has one for the code. */
const reasonFor = ({ reasonCodes = {} }: ResultFileProfile, code: string): string => Object.entries(reasonCodes).find(([, means]) => means === code)?.[0] ?? code;

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

/** The results of one day as a table under the headings and words of a profile. A table of results has neither charges nor sums. */
export function* resultTable(profile: ResultFileProfile, { payments, bookings, days }: AnswerPlan, on: CalendarDate, reasons: { readonly reject: string; readonly return: string }): Generator<string> {
  const { columns } = profile;
  const row = ({ reference, word, amount, reason = '' }: Row): string => csvLine([reference, wordFor(profile, word), amount, reason, on]);
  yield csvLine([columns.reference, columns.status, columns.amount, columns.reason, columns.on].map((headings) => headings?.[0] ?? ''));
  if (on === days[0]) for (const payment of payments) for (const said of ofPayment(payment, reasonFor(profile, reasons.reject))) yield row(said);
  for (const booking of bookings) {
    if (booking.on === on && (booking.what === 'payment' || booking.what === 'returned')) yield row(ofBooking(booking, reasonFor(profile, reasons.return)));
  }
}
