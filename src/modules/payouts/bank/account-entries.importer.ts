import type { BankReport, BookingReferences, BookingReport, FaultPlace, MessageKind } from '../../../core/payments/reconcile-reports.js';
import { formatMoney, type Money } from '../../../core/money/index.js';
import {
  batchFacts, chargesOf, entryFacts, isEntryHeadRead, transactionFacts, type BatchFacts, type EntryFacts, type EntryFault, type TransactionFacts,
} from './account-entry.rules.js';
import { statementFaults, statementReport } from './account-statement.rules.js';
import { BankFileStopped, faultAt } from './bank-fault.rules.js';
import { given, textAt, type AmountRead, type Decimals } from './bank-node.rules.js';
import type { XmlNode } from './bank-xml.importer.js';
import { MOST_WAITING } from './payment-status.importer.js';

/** What was read of an entry while its transactions go by. */
class EntryProgress {
  position = 0;
  /** Sum of its transactions in the entry's direction; nothing once one of them cannot be added. */
  sum: bigint | undefined = 0n;
  readonly waiting: TransactionFacts[] = [];
  readonly batches: BatchFacts[] = [];
  facts: EntryFacts | EntryFault | undefined;
}

const isUsable = (facts: EntryFacts | EntryFault): facts is EntryFacts => 'status' in facts;

/**
 * camt.054 and camt.053: what was booked, one transaction after another, and what each statement was about. An entry without transactions is a
 * sum for a whole batch, or stands for itself. Names and accounts of other parties are read over: only references, amounts and days are kept.
 */
export class AccountEntriesReader {
  #statement = 1;
  #entries = 0;
  #movements = new Map<string, bigint>();
  #hasFaults = false;
  #entry = new EntryProgress();

  constructor(
    private readonly emit: (report: BankReport) => void, private readonly decimals: Decimals,
    private readonly kind: Extract<MessageKind, 'camt.053' | 'camt.054'>, private readonly version: string | undefined,
  ) {}

  closed(node: XmlNode): boolean {
    switch (node.name) {
      case 'GrpHdr':
        this.emit({ report: 'message', kind: this.kind, ...given('version', this.version), ...given('messageId', textAt(node, 'MsgId')), ...given('createdAt', textAt(node, 'CreDtTm')) });
        return true;
      case 'TxDtls': return this.#takeTransaction(node);
      case 'NtryDtls': return this.#takeDetails(node);
      case 'Ntry': return this.#takeEntry(node);
      case 'Ntfctn':
      case 'Stmt': return this.#takeStatement(node);
      default: return false;
    }
  }

  get #place(): FaultPlace {
    return { statement: this.#statement, entry: this.#entries + 1 };
  }

  #fault(...[code, params, raw, place = this.#place]: [Parameters<typeof faultAt>[1], Parameters<typeof faultAt>[2], string?, FaultPlace?]): void {
    this.emit(faultAt(place, code, params, raw));
  }

  #takeTransaction(node: XmlNode): true {
    const progress = this.#entry;
    progress.position += 1;
    const transaction = transactionFacts(node, progress.position, this.decimals);
    const entry = node.parent?.name === 'NtryDtls' ? node.parent.parent : node.parent;
    if (progress.facts === undefined && entry !== undefined && isEntryHeadRead(entry)) progress.facts = entryFacts(entry, this.decimals);
    if (progress.facts !== undefined && transaction.amount !== undefined) this.#tell(progress.facts, transaction);
    else progress.waiting.push(transaction);
    if (progress.waiting.length > MOST_WAITING) throw new BankFileStopped('payouts.bank_disorder', { most: MOST_WAITING });
    return true;
  }

  #takeDetails(node: XmlNode): true {
    const batch = batchFacts(node, this.decimals);
    if (batch !== undefined) this.#entry.batches.push(batch);
    return true;
  }

  /** A transaction without an amount has the entry's when it is the only one. */
  #tell(entry: EntryFacts | EntryFault, transaction: TransactionFacts, alone?: Money): void {
    // What an entry lacks is said once, when it ends.
    if (!isUsable(entry)) return;
    const amount: AmountRead | undefined = transaction.amount ?? (alone === undefined ? undefined : { ok: true, amount: alone });
    if (amount?.ok !== true) {
      this.#faultAmount(transaction, amount);
      return;
    }
    const direction = transaction.direction ?? entry.direction;
    this.#addUp(entry, direction === entry.direction, amount.amount);
    const { references, reasons, texts, charges } = transaction;
    const isBatch = references.endToEndId === undefined && (references.paymentId ?? references.messageId) !== undefined;
    this.emit({
      report: 'booking', covers: isBatch ? 'batch' : 'transaction', transaction: transaction.position, ...this.#ofEntry(entry, references),
      direction, amount: amount.amount, charges, texts, isFee: transaction.isFee || entry.isFee, ...given('instructed', transaction.instructed), ...given('returnReasons', reasons),
    });
  }

  #faultAmount({ position, references: { endToEndId } }: TransactionFacts, amount: Exclude<AmountRead, { ok: true }> | undefined): void {
    const place = { ...this.#place, transaction: position };
    this.#entry.sum = undefined;
    if (amount === undefined) this.#fault('payouts.bank_amount_missing', {}, endToEndId, place);
    else this.#fault(amount.refusal.code, amount.refusal.params, `${amount.raw} ${endToEndId ?? ''}`.trim(), place);
  }

  #addUp(entry: EntryFacts, isAlong: boolean, amount: Money): void {
    const { sum } = this.#entry;
    this.#entry.sum = sum === undefined || amount.currency !== entry.amount.currency ? undefined : sum + (isAlong ? amount.minor : -amount.minor);
  }

  #ofEntry(entry: EntryFacts, references: BookingReferences): Pick<BookingReport, 'statement' | 'entry' | 'status' | 'entryDirection' | 'isReversal' | 'references'> {
    const { status, direction, isReversal, bookedOn, valueOn, entryReference, entryServicerReference } = entry;
    return {
      statement: this.#statement, entry: this.#entries + 1, status, entryDirection: direction, isReversal, ...given('bookedOn', bookedOn), ...given('valueOn', valueOn),
      references: { ...references, ...given('entryReference', entryReference), ...given('entryServicerReference', entryServicerReference) },
    };
  }

  #takeEntry(node: XmlNode): true {
    const progress = this.#entry;
    const facts = entryFacts(node, this.decimals);
    if (isUsable(facts)) {
      const alone = progress.position === 1 ? facts.amount : undefined;
      for (const transaction of progress.waiting) this.#tell(facts, transaction, alone);
      if (progress.position === 0) this.#tellWhole(node, facts);
      else this.#checkSum(facts);
      this.#countTransactions();
      if (facts.status === 'BOOK') this.#move(facts);
    } else {
      this.#hasFaults = true;
      const reference = textAt(node, 'AcctSvcrRef') ?? textAt(node, 'NtryRef');
      if ('missing' in facts) this.#fault(facts.missing, {}, reference);
      else this.#fault(facts.refusal.code, facts.refusal.params, `${facts.raw} ${reference ?? ''}`.trim());
    }
    this.#entry = new EntryProgress();
    this.#entries += 1;
    return true;
  }

  /** An entry that tells of no transaction: a sum for each batch it names, or the entry for itself. */
  #tellWhole(node: XmlNode, facts: EntryFacts): void {
    const { batches } = this.#entry;
    const named = batches.filter(({ references }) => (references.paymentId ?? references.messageId) !== undefined);
    const information = textAt(node, 'AddtlNtryInf');
    const common = { report: 'booking', direction: facts.direction, isFee: facts.isFee, texts: information === undefined ? [] : [information] } as const;
    // Several batches without a sum of their own cannot be told apart.
    const parts = named.length <= 1 ? named : named.filter(({ amount }) => amount?.ok === true);
    if (parts.length === 0 || parts.length < named.length) {
      this.emit({ ...common, covers: 'entry', ...this.#ofEntry(facts, {}), amount: facts.amount, charges: chargesOf(node, this.decimals) });
      return;
    }
    for (const [index, { references, count, amount }] of parts.entries()) {
      const own = parts.length > 1 && amount?.ok === true ? amount.amount : facts.amount;
      this.emit({ ...common, covers: 'batch', ...(parts.length > 1 ? { transaction: index + 1 } : {}), ...this.#ofEntry(facts, references), amount: own, charges: [], ...given('batchCount', count) });
    }
  }

  #checkSum({ amount }: EntryFacts): void {
    const { sum } = this.#entry;
    if (sum !== undefined && sum !== amount.minor) this.#fault('payouts.bank_entry_sum', { stated: `${formatMoney(amount)} ${amount.currency}`, found: formatMoney({ ...amount, minor: sum }) });
  }

  #countTransactions(): void {
    const { position, batches } = this.#entry;
    const stated = batches.reduce<bigint | undefined>((sum, { count }) => (sum === undefined || count === undefined ? undefined : sum + count), 0n);
    if (position > 0 && batches.length > 0 && stated !== undefined && stated !== BigInt(position)) {
      this.#fault('payouts.bank_transaction_count', { stated: String(stated), found: String(position) });
    }
  }

  #move({ direction, amount }: EntryFacts): void {
    const signed = direction === 'credit' ? amount.minor : -amount.minor;
    this.#movements.set(amount.currency, (this.#movements.get(amount.currency) ?? 0n) + signed);
  }

  #takeStatement(node: XmlNode): true {
    const about = statementReport(node, { statement: this.#statement, entryCount: this.#entries, decimals: this.decimals });
    this.emit(about);
    for (const fault of statementFaults(node, about, this.#hasFaults ? undefined : this.#movements)) this.emit(fault);
    this.#statement += 1;
    this.#entries = 0;
    this.#movements = new Map();
    this.#hasFaults = false;
    return true;
  }
}
