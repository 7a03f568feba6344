import type { BankReport, FaultPlace, FaultReport, StatusLevel, StatusReport } from '../../../core/payments/reconcile-reports.js';
import { BankFileStopped, faultAt } from './bank-fault.rules.js';
import { childrenOf, countAt, given, nodeAt, reasonsOf, referenceAt, softAmount, textAt, type Decimals } from './bank-node.rules.js';
import type { XmlNode } from './bank-xml.importer.js';

/** Transactions that may wait for the status or the reference of what they belong to. */
export const MOST_WAITING = 20_000;

/** A status as it stands somewhere, with what was written beside it. */
type Stated = Pick<StatusReport, 'status' | 'reasons' | 'statedAt'>;
type Counted = Pick<StatusReport, 'endToEndId' | 'uetr' | 'amount'> & { readonly own: Stated | undefined; readonly place: FaultPlace };

function statedIn(node: XmlNode | undefined, element: string, statedAt: StatusLevel): Stated | undefined {
  const status = textAt(node, element);
  return status === undefined ? undefined : { status, statedAt, reasons: reasonsOf(node, 'StsRsnInf') };
}

/** How often each status was seen; few words, whatever a file writes. */
class Tally {
  readonly #counts = new Map<string, bigint>();
  total = 0;

  add(status: string | undefined): void {
    this.total += 1;
    if (status !== undefined && (this.#counts.size < 64 || this.#counts.has(status))) this.#counts.set(status, (this.#counts.get(status) ?? 0n) + 1n);
  }

  of(status: string): bigint {
    return this.#counts.get(status) ?? 0n;
  }
}

/** `NbOfTxsPerSts` has to add up to the number of transactions, and to name no fewer of a status than are told below it. */
function* countFaults(node: XmlNode, told: Tally, place: FaultPlace): Generator<FaultReport> {
  const rows = childrenOf(node, 'NbOfTxsPerSts').map((row) => ({ status: textAt(row, 'DtldSts') ?? '', count: countAt(row, 'DtldNbOfTxs') ?? 0n }));
  const [sum, total] = [rows.reduce((all, { count }) => all + count, 0n), countAt(node, 'OrgnlNbOfTxs')];
  if (rows.length > 0 && total !== undefined && sum !== total) {
    yield faultAt(place, 'payouts.bank_status_sum', { stated: String(total), found: String(sum) });
  }
  for (const { status, count } of rows) {
    if (told.of(status) > count) yield faultAt(place, 'payouts.bank_status_count', { status, stated: String(count), found: String(told.of(status)) });
  }
}

/**
 * pain.002: what became of a file, its groups and its payments, as statuses. A transaction without a word of its own has that of its payment
 * information, else of the group, with the reasons written there. Elements may stand in any order; few transactions have to wait for that.
 */
export class PaymentStatusReader {
  #group: { readonly node: XmlNode; readonly messageId: string | undefined; readonly stated: Stated | undefined } | undefined;
  #payments = 0;
  #tally = new Tally();
  readonly #told = new Tally();
  #waiting: Counted[] = [];
  /** Of payments that ended before the group was known. */
  #late: { readonly payment: XmlNode; readonly transactions: readonly Counted[] }[] = [];
  #lateCount = 0;

  constructor(private readonly emit: (report: BankReport) => void, private readonly decimals: Decimals, private readonly version: string | undefined) {}

  closed(node: XmlNode): boolean {
    switch (node.name) {
      case 'GrpHdr':
        this.emit({ report: 'message', kind: 'pain.002', ...given('version', this.version), ...given('messageId', textAt(node, 'MsgId')), ...given('createdAt', textAt(node, 'CreDtTm')) });
        return true;
      case 'OrgnlGrpInfAndSts': return this.#takeGroup(node);
      case 'TxInfAndSts': return this.#takeTransaction(node);
      case 'OrgnlPmtInfAndSts': return this.#takePayment(node);
      default: return false;
    }
  }

  #takeGroup(node: XmlNode): true {
    const [messageId, stated] = [textAt(node, 'OrgnlMsgId'), statedIn(node, 'GrpSts', 'group')];
    this.#group = { node, messageId, stated };
    if (stated !== undefined) this.emit({ report: 'status', level: 'group', ...stated, ...given('originalMessageId', messageId) });
    const late = this.#late;
    this.#late = [];
    for (const { payment, transactions } of late) this.#emitPayment(payment, transactions);
    return true;
  }

  #takeTransaction(node: XmlNode): true {
    const payment = node.parent?.name === 'OrgnlPmtInfAndSts' ? node.parent : undefined;
    const own = statedIn(node, 'TxSts', 'transaction');
    this.#tally.add(own?.status);
    this.#told.add(own?.status);
    const amount = softAmount(nodeAt(node, 'OrgnlTxRef', 'Amt', 'InstdAmt') ?? nodeAt(node, 'OrgnlTxRef', 'InstdAmt'), this.decimals);
    const place = { ...(payment === undefined ? {} : { payment: this.#payments + 1 }), transaction: this.#tally.total };
    const transaction: Counted = { own, place, ...given('endToEndId', referenceAt(node, 'OrgnlEndToEndId')), ...given('uetr', textAt(node, 'OrgnlUETR')), ...given('amount', amount) };
    const isSettled = this.#group !== undefined && payment !== undefined && textAt(payment, 'OrgnlPmtInfId') !== undefined && (own !== undefined || textAt(payment, 'PmtInfSts') !== undefined);
    if (isSettled) this.#emitTransaction(payment, transaction);
    else this.#wait(transaction);
    return true;
  }

  #wait(transaction: Counted): void {
    this.#waiting.push(transaction);
    this.#checkWaiting();
  }

  #checkWaiting(): void {
    if (this.#waiting.length + this.#lateCount > MOST_WAITING) throw new BankFileStopped('payouts.bank_disorder', { most: MOST_WAITING });
  }

  #takePayment(node: XmlNode): true {
    this.#payments += 1;
    const transactions = this.#waiting;
    this.#waiting = [];
    for (const fault of countFaults(node, this.#tally, { payment: this.#payments })) this.emit(fault);
    this.#tally = new Tally();
    if (this.#group !== undefined) {
      this.#emitPayment(node, transactions);
      return true;
    }
    this.#late.push({ payment: node, transactions });
    this.#lateCount += transactions.length + 1;
    this.#checkWaiting();
    return true;
  }

  #emitPayment(payment: XmlNode | undefined, transactions: readonly Counted[]): void {
    for (const transaction of transactions) this.#emitTransaction(payment, transaction);
    const stated = statedIn(payment, 'PmtInfSts', 'payment');
    if (stated !== undefined) this.emit({ report: 'status', level: 'payment', ...stated, ...this.#belongsTo(payment) });
  }

  #belongsTo(payment: XmlNode | undefined): Pick<StatusReport, 'originalMessageId' | 'originalPaymentId'> {
    return { ...given('originalMessageId', this.#group?.messageId), ...given('originalPaymentId', textAt(payment, 'OrgnlPmtInfId')) };
  }

  #emitTransaction(payment: XmlNode | undefined, { own, place, ...about }: Counted): void {
    const stated = own ?? statedIn(payment, 'PmtInfSts', 'payment') ?? this.#group?.stated;
    if (stated === undefined) this.emit(faultAt(place, 'payouts.bank_status_missing', {}, about.endToEndId));
    else this.emit({ report: 'status', level: 'transaction', ...stated, ...this.#belongsTo(payment), ...about });
  }

  /** What was left waiting for a group that never came, and the counts of the whole. */
  finish(): void {
    for (const { payment, transactions } of this.#late) this.#emitPayment(payment, transactions);
    this.#emitPayment(undefined, this.#waiting);
    if (this.#group !== undefined) for (const fault of countFaults(this.#group.node, this.#told, {})) this.emit(fault);
  }
}
