import type { ItemRow } from '../bank/bank-items.repository.js';
import { readSaid, type Said } from '../bank/said.rules.js';
import type { BankItemView } from './bank-view.js';
import { moneyView, optional } from './payout-view.js';

type Told = Pick<BankItemView, 'reasons' | 'texts'> & Partial<Pick<BankItemView, 'word' | 'direction' | 'amount' | 'bankReference'>>;

function told(said: Said): Told {
  switch (said.report) {
    case 'status': return { word: said.status, reasons: said.reasons, texts: [], ...(said.amount === undefined ? {} : { amount: moneyView(said.amount.minor, said.amount.currency) }) };
    case 'booking': {
      const { servicerReference, entryServicerReference } = said.references;
      return {
        direction: said.direction, amount: moneyView(said.amount.minor, said.amount.currency), reasons: said.returnReasons ?? [], texts: said.texts,
        ...optional('bankReference', servicerReference ?? entryServicerReference),
      };
    }
    case 'statement': return { reasons: [], texts: [] };
  }
}

export const bankItemView = (row: ItemRow): BankItemView => ({
  id: row.id, messageId: row.messageId, n: row.n, kind: row.kind, class: row.class, ...optional('remark', row.remark), ...optional('lineId', row.lineId), ...optional('batchId', row.batchId), ...optional('movedTo', row.movedTo),
  ...told(readSaid(row.said)), ...optional('bookedOn', row.bookedOn), ...optional('endToEndId', row.endToEndId),
});
