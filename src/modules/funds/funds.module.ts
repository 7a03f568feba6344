import { Module } from '@nestjs/common';
import { SHARING_FAULTS } from '../../core/sharing/index.js';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { FundAllocationsRepository } from './fund-allocations.repository.js';
import { FundAllocations } from './fund-allocations.service.js';
import { FundLedger } from './fund-ledger.service.js';
import { FundQueries } from './fund-queries.service.js';
import { FundsController } from './funds.controller.js';
import { FUNDS_ERRORS } from './funds.errors.js';
import { FundsRepository } from './funds.repository.js';
import { PayingAccountsRepository } from './paying-accounts.repository.js';
import { PayingAccounts } from './paying-accounts.service.js';

registerCatalogue(FUNDS_ERRORS);
registerCatalogue(SHARING_FAULTS);
mapConstraints({
  fund_code_uq: 'funds.code_taken', paying_account_code_uq: 'funds.code_taken', ledger_account_sign_ck: 'funds.would_go_negative', ledger_entry_reservation_uq: 'funds.already_reserved', fund_limit_ck: 'funds.limit_needed',
});

@Module({
  imports: [AuditModule], controllers: [FundsController],
  providers: [FundsRepository, PayingAccountsRepository, FundLedger, FundQueries, PayingAccounts, FundAllocationsRepository, FundAllocations],
  exports: [FundLedger, FundQueries, PayingAccounts, FundAllocations],
})
export class FundsModule {}
