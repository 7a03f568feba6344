import { Module } from '@nestjs/common';
import { SHARING_FAULTS } from '../../core/sharing/index.js';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { FundAllocationsRepository } from './fund-allocations.repository.js';
import { FundAllocations } from './fund-allocations.service.js';
import { FundDepositsController } from './fund-deposits.controller.js';
import { FundDepositsRepository } from './fund-deposits.repository.js';
import { FundDeposits } from './fund-deposits.service.js';
import { FundLedger } from './fund-ledger.service.js';
import { FundQueries } from './fund-queries.service.js';
import { FundsController } from './funds.controller.js';
import { FUNDS_ERRORS } from './funds.errors.js';
import { FundsRepository } from './funds.repository.js';
import { LedgerQueries } from './ledger-queries.service.js';
import { LedgerReadsRepository } from './ledger-reads.repository.js';
import { LedgerController } from './ledger.controller.js';
import { PayingAccountChangesRepository } from './paying-account-changes.repository.js';
import { PayingAccountChanges } from './paying-account-changes.service.js';
import { PayingAccountQueries } from './paying-account-queries.service.js';
import { PayingAccountsController } from './paying-accounts.controller.js';
import { PayingAccountsRepository } from './paying-accounts.repository.js';
import { PayingAccounts } from './paying-accounts.service.js';

registerCatalogue(FUNDS_ERRORS);
registerCatalogue(SHARING_FAULTS);
mapConstraints({
  fund_code_uq: 'funds.code_taken', paying_account_code_uq: 'funds.code_taken', ledger_account_sign_ck: 'funds.would_go_negative', ledger_entry_reservation_uq: 'funds.already_reserved', fund_limit_ck: 'funds.limit_needed',
  fund_deposit_reference_uq: 'funds.deposit_stated', fund_deposit_second_ck: 'funds.deposit_second', fund_deposit_stays_ck: 'funds.deposit_decided', fund_deposit_limit_ck: 'funds.no_limit',
  paying_account_change_open_uq: 'funds.change_open', paying_account_change_fund_uq: 'funds.change_open', paying_account_change_second_ck: 'funds.change_second', paying_account_two_ck: 'funds.change_second',
});

@Module({
  imports: [AuditModule], controllers: [FundsController, FundDepositsController, PayingAccountsController, LedgerController],
  providers: [FundsRepository, PayingAccountsRepository, FundLedger, FundQueries, PayingAccounts, FundDepositsRepository, FundDeposits, FundAllocationsRepository, FundAllocations, PayingAccountChangesRepository, PayingAccountChanges, PayingAccountQueries, LedgerReadsRepository, LedgerQueries],
  exports: [FundLedger, FundQueries, PayingAccounts, FundDeposits, FundAllocations, PayingAccountChanges, PayingAccountQueries, LedgerQueries],
})
export class FundsModule {}
