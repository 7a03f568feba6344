export { FundEntity } from './fund.entity.js';
export { FundDeposits, type DepositView } from './fund-deposits.service.js';
export { DEPOSIT_OUTCOMES, type DepositOutcome } from './deposits.rules.js';
export { FundLedger, type FundView, type NewFund, type Reservation } from './fund-ledger.service.js';
export { FundQueries, type BalanceView, type EntryView } from './fund-queries.service.js';
export { FundsModule } from './funds.module.js';
