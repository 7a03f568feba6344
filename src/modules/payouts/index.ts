export { BatchApprovals } from './batch-approvals.service.js';
export { BatchPreparation } from './batch-preparation.service.js';
export { PaymentLineEntity } from './payment-line.entity.js';
export { AT_BANK_STATES, COUNTING_STATES, LINE_MACHINE, LINE_STATES, type LineState } from './payment-line.machine.js';
export { PayoutBatchEntity } from './payout-batch.entity.js';
export { BATCH_MACHINE, BATCH_STATES, type BatchEvent, type BatchState } from './payout-batch.machine.js';
export { PayoutQueries } from './payout-queries.service.js';
export { PayoutsModule } from './payouts.module.js';
export type { BatchDetail, BatchView, LineView, MoneyView } from './views/payout-view.js';
