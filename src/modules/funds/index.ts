export { FundEntity } from './fund.entity.js';
export { FundLedger, type FundView, type NewFund, type Reservation } from './fund-ledger.service.js';
export { FundQueries, type BalanceView, type EntryView } from './fund-queries.service.js';
export { FundsModule } from './funds.module.js';
