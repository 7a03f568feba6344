import type { BookingReferences, BookingReport, Charge, Direction } from '../../../core/payments/reconcile-reports.js';
import type { Money } from '../../../core/money/index.js';
import { amountOf, childrenOf, countAt, dayAt, given, nodeAt, reasonsOf, referenceAt, softAmount, textAt, type AmountRead, type Decimals } from './bank-node.rules.js';
import type { BankFileFault } from './bank-files.errors.js';
import type { XmlNode } from './bank-xml.importer.js';

/** What its bank transaction code calls a charge or a commission. Source: ISO 20022 bank transaction codes, sub-families of every family. */
const FEE_CODES: ReadonlySet<string> = new Set(['CHRG', 'COMM', 'COME', 'COMI', 'COMT', 'FEES']);

export function directionOf(node: XmlNode | undefined): Direction | undefined {
  const text = textAt(node, 'CdtDbtInd');
  return text === 'DBIT' ? 'debit' : text === 'CRDT' ? 'credit' : undefined;
}

/** What an entry says for all of its transactions. */
export interface EntryFacts {
  readonly status: string;
  readonly direction: Direction;
  readonly amount: Money;
  readonly isReversal: boolean;
  readonly isFee: boolean;
  readonly bookedOn?: string;
  readonly valueOn?: string;
  readonly entryReference?: string;
  readonly entryServicerReference?: string;
}

/** Why an entry cannot be used: what it lacks, or its amount. */
export type EntryFault = { readonly missing: BankFileFault } | Exclude<AmountRead, { ok: true }>;

const isFee = (node: XmlNode): boolean => FEE_CODES.has(textAt(node, 'BkTxCd', 'Domn', 'Fmly', 'SubFmlyCd') ?? '');

/** `Sts` is a code within since version 08, bare text before. */
const entryStatus = (node: XmlNode): string | undefined => textAt(node, 'Sts', 'Cd') ?? textAt(node, 'Sts', 'Prtry') ?? textAt(node, 'Sts');

export function entryFacts(node: XmlNode, decimals: Decimals): EntryFacts | EntryFault {
  const [status, direction, amount] = [entryStatus(node), directionOf(node), amountOf(nodeAt(node, 'Amt'), decimals)];
  if (status === undefined) return { missing: 'payouts.bank_status_missing' };
  if (direction === undefined) return { missing: 'payouts.bank_direction_missing' };
  if (amount === undefined) return { missing: 'payouts.bank_amount_missing' };
  if (!amount.ok) return amount;
  return {
    status, direction, amount: amount.amount, isReversal: ['true', '1'].includes(textAt(node, 'RvslInd') ?? ''), isFee: isFee(node),
    ...given('bookedOn', dayAt(node, 'BookgDt')), ...given('valueOn', dayAt(node, 'ValDt')),
    ...given('entryReference', textAt(node, 'NtryRef')), ...given('entryServicerReference', textAt(node, 'AcctSvcrRef')),
  };
}

/** Whether nothing that an entry says for its transactions can still follow, in whatever order it writes. */
export const isEntryHeadRead = (node: XmlNode): boolean => ['Amt', 'CdtDbtInd', 'Sts', 'BookgDt'].every((name) => nodeAt(node, name) !== undefined);

/** What a transaction says by itself. */
export interface TransactionFacts {
  readonly position: number;
  readonly direction?: Direction;
  readonly amount?: AmountRead;
  readonly instructed?: Money;
  readonly references: BookingReferences;
  readonly batchCount?: bigint;
  readonly reasons: BookingReport['returnReasons'];
  readonly charges: readonly Charge[];
  readonly isFee: boolean;
  readonly texts: readonly string[];
}

/** Charges in every shape of the versions: records since 04, the element itself before. */
export const chargesOf = (node: XmlNode, decimals: Decimals): Charge[] => childrenOf(node, 'Chrgs').flatMap((charges) => {
  const records = childrenOf(charges, 'Rcrd');
  return (records.length > 0 ? records : [charges]).flatMap((record) => {
    const amount = softAmount(nodeAt(record, 'Amt'), decimals);
    return amount === undefined ? [] : [{ amount, isIncluded: ['true', '1'].includes(textAt(record, 'ChrgInclInd') ?? '') }];
  });
});

const MOST_TEXTS = 10;

function textsOf(node: XmlNode): string[] {
  const remittance = childrenOf(node, 'RmtInf').flatMap((information) => [
    ...childrenOf(information, 'Ustrd').map(({ text }) => text),
    ...childrenOf(information, 'Strd').map((structured) => textAt(structured, 'CdtrRefInf', 'Ref') ?? ''),
  ]);
  return [...remittance, textAt(node, 'AddtlTxInf') ?? ''].map((text) => text.trim().slice(0, 200)).filter((text) => text !== '').slice(0, MOST_TEXTS);
}

export function transactionFacts(node: XmlNode, position: number, decimals: Decimals): TransactionFacts {
  const refs = nodeAt(node, 'Refs');
  const returned = reasonsOf(node, 'RtrInf');
  return {
    position, isFee: isFee(node), charges: chargesOf(node, decimals), texts: textsOf(node), reasons: returned.length > 0 ? returned : undefined,
    ...given('direction', directionOf(node)),
    ...given('amount', amountOf(nodeAt(node, 'Amt') ?? nodeAt(node, 'AmtDtls', 'TxAmt', 'Amt'), decimals)),
    ...given('instructed', softAmount(nodeAt(node, 'AmtDtls', 'InstdAmt', 'Amt'), decimals)),
    references: {
      ...given('endToEndId', referenceAt(refs, 'EndToEndId')), ...given('instructionId', referenceAt(refs, 'InstrId')), ...given('uetr', textAt(refs, 'UETR')),
      ...given('messageId', referenceAt(refs, 'MsgId')), ...given('paymentId', referenceAt(refs, 'PmtInfId')), ...given('servicerReference', textAt(refs, 'AcctSvcrRef')),
    },
  };
}

/** A batch of an entry that tells nothing of its transactions. */
export interface BatchFacts {
  readonly references: Pick<BookingReferences, 'messageId' | 'paymentId'>;
  readonly count?: bigint;
  readonly amount?: AmountRead;
}

export function batchFacts(details: XmlNode, decimals: Decimals): BatchFacts | undefined {
  const batch = nodeAt(details, 'Btch');
  if (batch === undefined) return undefined;
  return {
    references: { ...given('messageId', referenceAt(batch, 'MsgId')), ...given('paymentId', referenceAt(batch, 'PmtInfId')) },
    ...given('count', countAt(batch, 'NbOfTxs')), ...given('amount', amountOf(nodeAt(batch, 'TtlAmt'), decimals)),
  };
}
