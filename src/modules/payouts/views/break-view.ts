import type { ItemRow } from '../bank/bank-items.repository.js';
import type { BreakRow } from '../bank/breaks.repository.js';
import { resolutionsOf } from '../bank/breaks.rules.js';
import type { PlacedRepayment } from '../overpayments/overpayments.repository.js';
import { bankItemView } from './bank-item-view.js';
import type { BreakDetail, BreakView } from './bank-view.js';
import type { NamedOverpayment } from './overpayment-view.js';
import { moneyView, optional } from './payout-view.js';

const proposalOf = ({ proposal, proposedBy, proposedAt, note }: BreakRow): Pick<BreakView, 'proposal'> =>
  (proposal === null ? {} : { proposal: { resolution: proposal, by: proposedBy ?? '', at: proposedAt?.toISOString() ?? '', note: note ?? '' } });

export const breakView = (row: BreakRow): BreakView => ({
  self: `/v1/reconciliation-breaks/${row.id}`, id: row.id, payingAccountId: row.payingAccountId, kind: row.kind, state: row.state,
  ...optional('messageId', row.messageId), ...optional('itemId', row.itemId), ...optional('lineId', row.lineId), ...optional('endToEndId', row.endToEndId), ...optional('batchId', row.batchId),
  inSuspense: moneyView(row.suspenseMinor, row.currency), ...(row.statedMinor === null ? {} : { stated: moneyView(row.statedMinor, row.currency) }),
  ...(row.foundMinor === null ? {} : { found: moneyView(row.foundMinor, row.currency) }), openedAt: row.openedAt.toISOString(), ...proposalOf(row),
  ...optional('resolution', row.resolution), ...optional('note', row.note), ...optional('resolvedBy', row.resolvedBy), ...optional('resolvedAt', row.resolvedAt?.toISOString()),
  allowedResolutions: row.state === 'open' && row.proposal === null ? resolutionsOf(row) : [], version: row.version,
});

export const breakDetail = (row: BreakRow, item: ItemRow | undefined, namedRecoveries: readonly NamedOverpayment[], placed: readonly PlacedRepayment[]): BreakDetail => ({
  ...breakView(row), ...(item === undefined ? {} : { item: bankItemView(item) }), namedRecoveries,
  repayments: placed.map(({ overpaymentId, reference, amountMinor }) => ({ recoveryId: overpaymentId, reference, amount: moneyView(amountMinor, row.currency) })),
});
