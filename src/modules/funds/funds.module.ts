import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { FundLedger } from './fund-ledger.service.js';
import { FundQueries } from './fund-queries.service.js';
import { FundsController } from './funds.controller.js';
import { FUNDS_ERRORS } from './funds.errors.js';
import { FundsRepository } from './funds.repository.js';
import { PayingAccountsRepository } from './paying-accounts.repository.js';
import { PayingAccounts } from './paying-accounts.service.js';

registerCatalogue(FUNDS_ERRORS);
mapConstraints({
  fund_code_uq: 'funds.code_taken', paying_account_code_uq: 'funds.code_taken', ledger_account_sign_ck: 'funds.would_go_negative', ledger_entry_reservation_uq: 'funds.already_reserved', fund_limit_ck: 'funds.limit_needed',
});

@Module({ imports: [AuditModule], controllers: [FundsController], providers: [FundsRepository, PayingAccountsRepository, FundLedger, FundQueries, PayingAccounts], exports: [FundLedger, FundQueries, PayingAccounts] })
export class FundsModule {}
