export { FundEntity } from './fund.entity.js';
export { FundLedger, type FundView, type NewFund, type Reservation } from './fund-ledger.service.js';
export { FundQueries, type BalanceView, type EntryView } from './fund-queries.service.js';
export { FundsModule } from './funds.module.js';
export { ALLOCATION_STAGES, factorText, ratioOf, readFactor, readRule, storedRule, type AllocationStage, type SharingRule, type StoredRule } from './allocation.rules.js';
export type { AllocationRow } from './fund-allocations.repository.js';
export { FundAllocations, type AllocationView, type SharingState } from './fund-allocations.service.js';
