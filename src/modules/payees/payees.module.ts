import { Module } from '@nestjs/common';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { IdentityModule } from '../identity/index.js';
import { MailModule } from '../mail/index.js';
import { MerchantsModule } from '../merchants/index.js';
import { HolderCheck, ManualHolderCheck } from './holder-check.port.js';
import { HolderAnswers } from './holder-answers.service.js';
import { PayeeAccounts } from './payee-accounts.service.js';
import { PayeeChangeDueHandler } from './payee-change-due.handler.js';
import { PayeeChecks } from './payee-checks.service.js';
import { PayeeDesk } from './payee-desk.service.js';
import { PayeeDeskController } from './payee-desk.controller.js';
import { PayeeEntry } from './payee-entry.service.js';
import { PayeeFindings } from './payee-findings.service.js';
import { PayeeGate } from './payee-gate.service.js';
import { PayeeHoldsRepository } from './payee-holds.repository.js';
import { PayeeHolds } from './payee-holds.service.js';
import { PayeeKeys } from './payee-keys.service.js';
import { PayeeLetters } from './payee-letters.service.js';
import { PayeeLinks } from './payee-links.service.js';
import { PayeeLifecycle } from './payee-lifecycle.service.js';
import { PayeeNumbers } from './payee-numbers.service.js';
import { PayeeQueries } from './payee-queries.service.js';
import { PayeeRecords } from './payee-records.service.js';
import { PayeeReveals } from './payee-reveals.service.js';
import { PayeeStops } from './payee-stops.service.js';
import { PayeesController } from './payees.controller.js';
import { PAYEES_ERRORS } from './payees.errors.js';
import { PayeesRepository } from './payees.repository.js';

registerCatalogue(PAYEES_ERRORS);
mapConstraints({ payee_account_waiting_uq: 'payees.change_waiting', payee_account_other_editor_ck: 'payees.verifier_edited' });

@Module({
  imports: [AuditModule, IdentityModule, MailModule, MerchantsModule],
  controllers: [PayeesController, PayeeDeskController],
  providers: [
    PayeesRepository, PayeeHoldsRepository, PayeeLifecycle, PayeeLetters, PayeeRecords, PayeeLinks, HolderAnswers, PayeeGate, PayeeEntry, PayeeAccounts, PayeeChecks, PayeeReveals, PayeeHolds, PayeeStops,
    PayeeQueries, PayeeDesk, PayeeFindings, PayeeKeys, PayeeNumbers, PayeeChangeDueHandler, { provide: HolderCheck, useClass: ManualHolderCheck },
  ],
  exports: [PayeeAccounts, PayeeChecks, PayeeReveals, PayeeHolds, PayeeStops, PayeeQueries, PayeeDesk, PayeeFindings, PayeeKeys, PayeeNumbers, HolderCheck],
})
export class PayeesModule {}
