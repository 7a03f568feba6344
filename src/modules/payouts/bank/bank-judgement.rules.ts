import { bookingKey, reconcileBooking, reconcileStatus, afterVerdict, type Verdict } from '../../../core/payments/reconcile.js';
import type { BookingReport, StatusReport } from '../../../core/payments/reconcile-reports.js';
import type { LineFact } from '../../../core/payments/line-status.js';
import type { BankPosting } from '../../funds/index.js';
import type { LineEvent } from '../payment-line.machine.js';
import { FILE_REFUSED } from '../repair/returns.rules.js';
import { bankMinorOf, bankPostings, entryKindOf, suspenseOf } from './bank-postings.rules.js';
import type { NewItem, OurLine } from './bank-items.repository.js';
import type { NewBreak } from './breaks.repository.js';
import { reasonOf, writeSaid, type Said } from './said.rules.js';

/** What the machine calls a fact that moves a line. */
export const EVENT_OF: Readonly<Record<Exclude<LineFact, 'received'>, LineEvent>> = { accepted: 'acknowledge', rejected: 'reject', debited: 'settle', returned: 'return' };

/** The order in which the moves of one stretch are made: whatever a line does within it, it does in this order. */
const MOVES = ['acknowledge', 'settle', 'reject', 'return'] as const satisfies readonly LineEvent[];

/** Everything of ours that a stretch of reports may name. */
export interface Ours {
  readonly currency: string;
  /** Whether messages of this kind tell what was booked. */
  readonly books: boolean;
  readonly lines: Map<string, OurLine>;
  readonly batches: ReadonlyMap<string, string>;
  /** Of bookings that count already. */
  readonly counted: Set<string>;
}

export interface BatchSaid {
  readonly batchId: string;
  readonly status: StatusReport;
  readonly itemN: number;
}

/** A booked sum of a batch, by the number of its item. */
export interface SumSaid {
  readonly n: number;
  readonly batchId: string;
  readonly key: string;
  readonly minor: bigint;
  readonly count?: bigint;
}

/**
 * Judges reports one after the other, each against what the ones before have left, and gathers what has to be written. Decides with the
 * laws of core alone; whatever it is told twice it counts once. Source: docs/domain/bank-messages.md.
 */
export class BankJudgement {
  readonly items: NewItem[] = [];
  readonly postings: BankPosting[] = [];
  readonly breaks: (NewBreak & { readonly n: number })[] = [];
  readonly counts: { lineId: string; kind: 'debit' | 'return'; key: string }[] = [];
  readonly sums: SumSaid[] = [];
  readonly batchesSaid: BatchSaid[] = [];
  readonly batchIds = new Set<string>();
  readonly #moves = new Map<LineEvent, { lineId: string; reason?: string }[]>();

  constructor(private readonly ours: Ours) {}

  get moves(): readonly (readonly [LineEvent, readonly { lineId: string; reason?: string }[]])[] {
    return MOVES.flatMap((event) => { const lines = this.#moves.get(event); return lines === undefined ? [] : [[event, lines] as const]; });
  }

  status(n: number, status: StatusReport): void {
    if (status.level !== 'transaction') return this.#batchStatus(n, status);
    const line = status.endToEndId === undefined ? undefined : this.ours.lines.get(status.endToEndId);
    const verdict = reconcileStatus(status, line);
    this.#item(n, { kind: 'status', verdict, said: status, line, endToEndId: status.endToEndId });
    if (line !== undefined) this.#move(line, verdict, status.statedAt === 'group' && verdict.to === 'rejected' ? FILE_REFUSED : reasonOf(status.reasons));
    if (verdict.remark === 'contradicts') this.#break(n, 'contradicts', verdict, 0n);
    if (verdict.class === 'amount_differs') this.#break(n, 'amount_differs', verdict, 0n);
  }

  #batchStatus(n: number, status: StatusReport): void {
    const batchId = this.ours.batches.get(status.originalMessageId ?? status.originalPaymentId ?? '');
    this.#item(n, { kind: 'status', verdict: { class: batchId === undefined ? 'unknown_external' : 'matched' }, said: status, batchId });
    if (batchId !== undefined) this.batchesSaid.push({ batchId, status, itemN: n });
  }

  booking(n: number, booking: BookingReport, key: string): void {
    const [line, batchId] = this.#ofOurs(booking);
    const judged = batchId === undefined ? reconcileBooking(booking, line) : batchVerdict(booking);
    const isBooked = booking.status === 'BOOK' && this.ours.books;
    const isTold = isBooked && this.ours.counted.has(key);
    const verdict = isTold ? told(judged, 'repeated') : this.ours.books ? judged : told(judged, 'told_elsewhere');
    const bankMinor = isBooked && !isTold ? bankMinorOf(booking, this.ours.currency) : undefined;
    this.#item(n, { kind: 'booking', verdict, said: booking, line, batchId, key, bankMinor, bookedOn: booking.bookedOn, endToEndId: booking.references.endToEndId });
    if (!isBooked || isTold) return;
    this.ours.counted.add(key);
    if (bankMinor === undefined) this.#break(n, 'amount_differs', verdict, 0n);
    else if (line === undefined) this.#countOther(n, booking, { verdict, key, bankMinor, batchId });
    else this.#countLine(n, booking, { verdict, bankMinor, line });
  }

  /** The line, or the file whose sum it is. */
  #ofOurs({ covers, references: { messageId, paymentId, endToEndId } }: BookingReport): [OurLine | undefined, string | undefined] {
    if (covers === 'batch') return [undefined, this.ours.batches.get(messageId ?? paymentId ?? '')];
    return [endToEndId === undefined ? undefined : this.ours.lines.get(endToEndId), undefined];
  }

  #countLine(n: number, booking: BookingReport, { verdict, bankMinor, line }: { verdict: Verdict; bankMinor: bigint; line: OurLine }): void {
    const postings = bankPostings({ bankMinor, verdict, line: { before: line, after: afterVerdict(line, verdict) } });
    this.postings.push({ kind: entryKindOf(verdict), postings, lineId: line.lineId, ...ofBank(booking) });
    if (verdict.debitKey !== undefined) this.counts.push({ lineId: line.lineId, kind: 'debit', key: verdict.debitKey });
    if (verdict.returnKey !== undefined) this.counts.push({ lineId: line.lineId, kind: 'return', key: verdict.returnKey });
    this.#move(line, verdict, reasonOf(booking.returnReasons));
    if (verdict.class === 'duplicate' && booking.direction === 'debit') this.ours.lines.set(line.endToEndId, { ...line, isDoubled: true });
    this.#breakOf(n, verdict, suspenseOf(postings), line);
  }

  /** A sum of a file of ours, or what no line of ours knows. */
  #countOther(n: number, booking: BookingReport, { verdict, key, bankMinor, batchId }: { verdict: Verdict; key: string; bankMinor: bigint; batchId: string | undefined }): void {
    const postings = bankPostings({ bankMinor, verdict });
    this.postings.push({ kind: entryKindOf(verdict), postings, ...ofBank(booking) });
    if (batchId === undefined || verdict.class !== 'matched') this.#breakOf(n, verdict, suspenseOf(postings), undefined, batchId);
    else this.sums.push({ n, batchId, key, minor: -bankMinor, ...(booking.batchCount === undefined ? {} : { count: booking.batchCount }) });
  }

  /** Money that nobody can place, and money of a line that was refused and has not come back. */
  #breakOf(n: number, verdict: Verdict, suspenseMinor: bigint, line: OurLine | undefined, batchId?: string): void {
    if (verdict.class === 'unknown_external' || verdict.class === 'amount_differs' || verdict.class === 'duplicate') return this.#break(n, verdict.class, verdict, suspenseMinor, batchId);
    if (verdict.remark === 'contradicts' && line?.returnKey === undefined) this.#break(n, 'contradicts', verdict, suspenseMinor);
  }

  #break(n: number, kind: NewBreak['kind'], { lineId }: Verdict, suspenseMinor: bigint, batchId?: string): void {
    this.breaks.push({ n, kind, suspenseMinor, ...(lineId === undefined ? {} : { lineId }), ...(batchId === undefined ? {} : { batchId }) });
  }

  #move(line: OurLine, verdict: Verdict, reason: string | undefined): void {
    if (line.batchId !== undefined) this.batchIds.add(line.batchId);
    this.ours.lines.set(line.endToEndId, { ...line, ...afterVerdict(line, verdict) });
    if (verdict.to === undefined || verdict.fact === undefined || verdict.fact === 'received') return;
    const event = EVENT_OF[verdict.fact];
    const lines = this.#moves.get(event) ?? [];
    lines.push({ lineId: line.lineId, ...(reason === undefined || event === 'acknowledge' || event === 'settle' ? {} : { reason }) });
    this.#moves.set(event, lines);
  }

  #item(n: number, { kind, verdict, said, line, batchId, key, bankMinor, bookedOn, endToEndId }: {
    kind: NewItem['kind']; verdict: Verdict; said: Said; line?: OurLine | undefined; batchId?: string | undefined; key?: string; bankMinor?: bigint | undefined; bookedOn?: string | undefined; endToEndId?: string | undefined;
  }): void {
    const ofBatch = batchId ?? line?.batchId;
    if (ofBatch !== undefined) this.batchIds.add(ofBatch);
    this.items.push({
      n, kind, verdict, said: writeSaid(said), ...(ofBatch === undefined ? {} : { batchId: ofBatch }), ...(key === undefined ? {} : { bookingKey: key }),
      ...(bankMinor === undefined ? {} : { bankMinor }), ...(bookedOn === undefined ? {} : { bookedOn }), ...(endToEndId === undefined ? {} : { endToEndId: endToEndId.replaceAll('\0', '').slice(0, 70) }),
    });
  }
}

/** The bank's own reference, for the books. */
function ofBank({ references: { servicerReference, entryServicerReference } }: BookingReport): Pick<BankPosting, 'reference'> {
  const reference = servicerReference ?? entryServicerReference;
  return reference === undefined ? {} : { reference };
}

/** A sum that was booked for one of our files; one that comes back for a whole file is for a person. */
const batchVerdict = ({ direction, status }: BookingReport): Verdict =>
  ({ class: direction === 'debit' ? 'matched' : 'unknown_external', ...(status === 'BOOK' ? {} : { remark: 'not_booked' }) });

/** It was counted when it was first told, or is where another message tells it; nothing comes of it here. */
const told = ({ class: of, lineId }: Verdict, remark: 'repeated' | 'told_elsewhere'): Verdict => ({ class: of, ...(lineId === undefined ? {} : { lineId }), remark });

/**
 * Tells a booking from every other of its account. Where the bank gives it no reference, its amount tells it too, and its place among those that
 * are otherwise alike in one message: the same message told twice, or the day told by another, counts it once.
 */
export function accountKey(booking: BookingReport, alike: Map<string, number>): string {
  const { servicerReference, entryServicerReference, endToEndId } = booking.references;
  const key = bookingKey(booking);
  if ((servicerReference ?? entryServicerReference ?? endToEndId) !== undefined) return key;
  const bare = `${key}|${booking.amount.currency}${booking.amount.minor}`;
  const place = (alike.get(bare) ?? 0) + 1;
  alike.set(bare, place);
  return `${bare}|${place}`;
}
