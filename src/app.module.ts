import { Module, type DynamicModule } from '@nestjs/common';
import { AgentsModule } from './modules/agents/index.js';
import { AssessmentsModule } from './modules/assessments/index.js';
import { AuditModule } from './modules/audit/index.js';
import { ChangesModule } from './modules/changes/index.js';
import { ClaimEntity, ClaimsModule } from './modules/claims/index.js';
import { ClaimBatchesModule } from './modules/claim-batches/index.js';
import { EvidenceFileEntity, EvidenceModule, SalesSetEntity } from './modules/evidence/index.js';
import { FundEntity, FundsModule, PayingAccountEntity } from './modules/funds/index.js';
import { IdentityModule, UserEntity } from './modules/identity/index.js';
import { MailModule } from './modules/mail/index.js';
import { MerchantEntity, MerchantsModule, SiteEntity } from './modules/merchants/index.js';
import { OutageEntity, OutagesModule, ServiceEntity } from './modules/outages/index.js';
import { PayeeAccountEntity, PayeesModule } from './modules/payees/index.js';
import { PaymentLineEntity, PayoutBatchEntity, PayoutsModule } from './modules/payouts/index.js';
import { PoliciesModule, PolicyVersionEntity } from './modules/policies/index.js';
import { TasksModule } from './modules/tasks/index.js';
import { RecoveriesModule } from './modules/recoveries/index.js';
import { ReportingModule } from './modules/reporting/index.js';
import { ReviewModule } from './modules/review/index.js';
import { SchemeEntity, SchemesModule } from './modules/schemes/index.js';
import type { Clock } from './platform/clock/clock.js';
import type { AppConfig } from './platform/config/config.js';
import { HealthController, VERSION } from './platform/health/health.controller.js';
import { PortalModule } from './portal/portal.module.js';
import { LongJobsController } from './platform/jobs/long-jobs.controller.js';
import { ProblemTypesController } from './platform/http/problem-types.controller.js';
import { PlatformModule } from './platform/platform.module.js';

export const RELEASE = '0.1.0';

/** Every table that TypeORM reads or writes; compared with the migrations by a test. */
export const APP_ENTITIES = [
  UserEntity, MerchantEntity, SiteEntity, PayeeAccountEntity, ServiceEntity, OutageEntity, PolicyVersionEntity, SchemeEntity, SalesSetEntity, EvidenceFileEntity, ClaimEntity, FundEntity, PayingAccountEntity, PaymentLineEntity, PayoutBatchEntity,
];

/** The whole application; the only module that sees all floors. */
@Module({})
export class AppModule {
  static with(config: AppConfig, clock?: Clock): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(config, APP_ENTITIES, clock),
        AuditModule, MailModule, IdentityModule, MerchantsModule, PayeesModule, OutagesModule, PoliciesModule, SchemesModule, EvidenceModule, AgentsModule, ClaimsModule, AssessmentsModule,
        FundsModule, ClaimBatchesModule, RecoveriesModule, TasksModule, ReviewModule, PayoutsModule, ChangesModule, ReportingModule, PortalModule,
      ],
      controllers: [HealthController, LongJobsController, ProblemTypesController],
      providers: [{ provide: VERSION, useValue: RELEASE }],
    };
  }
}
