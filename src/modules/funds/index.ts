export { FundEntity } from './fund.entity.js';
export { FundLedger, type FundView, type NewFund, type Reservation } from './fund-ledger.service.js';
export { FundQueries, type BalanceView, type EntryView } from './fund-queries.service.js';
export { FundsModule } from './funds.module.js';
export type { LinePosting } from './views/line-posting.js';
export { PAYOUT_METHODS, type AccountName, type PayoutMethod, type Posting } from './ledger.rules.js';
export { PayingAccountEntity, type ApprovalBand, type OwnAccount } from './paying-account.entity.js';
export { PayingAccounts } from './paying-accounts.service.js';
