import { formatMoney, money } from '../../../core/money/index.js';
import type { Balance, FaultReport, StatementReport } from '../../../core/payments/reconcile-reports.js';
import { directionOf } from './account-entry.rules.js';
import { faultAt } from './bank-fault.rules.js';
import { childrenOf, countAt, dayAt, given, nodeAt, softAmount, textAt, type Decimals } from './bank-node.rules.js';
import type { XmlNode } from './bank-xml.importer.js';

const balancesOf = (node: XmlNode, decimals: Decimals): Balance[] => childrenOf(node, 'Bal').flatMap((balance) => {
  const [amount, direction] = [softAmount(nodeAt(balance, 'Amt'), decimals), directionOf(balance)];
  if (amount === undefined || direction === undefined) return [];
  const type = textAt(balance, 'Tp', 'CdOrPrtry', 'Cd') ?? textAt(balance, 'Tp', 'CdOrPrtry', 'Prtry') ?? '';
  return [{ type, ...given('on', dayAt(balance, 'Dt')), amount: direction === 'credit' ? amount : money(-amount.minor, amount.currency) }];
});

/** What a statement or notification says of itself, once its entries are gone by. */
export const statementReport = (node: XmlNode, read: { readonly statement: number; readonly entryCount: number; readonly decimals: Decimals }): StatementReport => ({
  report: 'statement', statement: read.statement, entryCount: read.entryCount, balances: balancesOf(node, read.decimals),
  ...given('statementId', textAt(node, 'Id')), ...given('account', textAt(node, 'Acct', 'Id', 'IBAN') ?? textAt(node, 'Acct', 'Id', 'Othr', 'Id')),
  ...given('createdAt', textAt(node, 'CreDtTm')),
});

/** A statement on one page, of which nothing is on another. */
function isWhole(node: XmlNode): boolean {
  const page = nodeAt(node, 'StmtPgntn');
  return page === undefined || (textAt(page, 'PgNb') === '1' && textAt(page, 'LastPgInd') === 'true');
}

/**
 * Whether it has as many entries as it says, and whether opening balance and entries come to the closing balance.
 * `movements` is what was booked, by currency; absent when an entry could not be read. Edge: a statement over several pages is not added up.
 */
export function* statementFaults(node: XmlNode, about: StatementReport, movements: ReadonlyMap<string, bigint> | undefined): Generator<FaultReport> {
  const place = { statement: about.statement };
  const stated = countAt(node, 'TxsSummry', 'TtlNtries', 'NbOfNtries');
  if (stated !== undefined && stated !== BigInt(about.entryCount)) {
    yield faultAt(place, 'payouts.bank_entry_count', { stated: String(stated), found: String(about.entryCount) });
  }
  const opening = about.balances.find(({ type }) => type === 'OPBD') ?? about.balances.find(({ type }) => type === 'PRCD');
  const closing = about.balances.find(({ type }) => type === 'CLBD');
  if (opening === undefined || closing === undefined || movements === undefined || !isWhole(node)) return;
  const { currency } = closing.amount;
  if (opening.amount.currency !== currency || [...movements.keys()].some((moved) => moved !== currency)) return;
  const found = money(opening.amount.minor + (movements.get(currency) ?? 0n), currency);
  if (found.minor !== closing.amount.minor) yield faultAt(place, 'payouts.bank_balance', { stated: `${formatMoney(closing.amount)} ${currency}`, found: formatMoney(found) });
}
