import { Module } from '@nestjs/common';
import { registerCatalogue } from '../platform/http/catalogue-registry.js';
import { ErrorPages } from '../platform/http/error-pages.js';
import { AssessmentsModule } from '../modules/assessments/index.js';
import { AuditModule } from '../modules/audit/index.js';
import { ChangesModule } from '../modules/changes/index.js';
import { ClaimsModule } from '../modules/claims/index.js';
import { FundsModule } from '../modules/funds/index.js';
import { IdentityModule } from '../modules/identity/index.js';
import { MerchantsModule } from '../modules/merchants/index.js';
import { OutagesModule } from '../modules/outages/index.js';
import { PoliciesModule } from '../modules/policies/index.js';
import { ReviewModule } from '../modules/review/index.js';
import { SchemesModule } from '../modules/schemes/index.js';
import { ChangePagesController } from './changes/change-pages.controller.js';
import { ChangeSheets } from './changes/change-sheets.service.js';
import { RunPagesController } from './changes/run-pages.controller.js';
import { StepBlocks } from './changes/step-blocks.service.js';
import { FundPagesController } from './finance/fund-pages.controller.js';
import { MerchantClaimsController } from './merchant/merchant-claims.controller.js';
import { PolicyEditorController } from './policy/policy-editor.controller.js';
import { PolicyHistory } from './policy/policy-history.service.js';
import { PolicyLists } from './policy/policy-lists.service.js';
import { PolicyPagesController } from './policy/policy-pages.controller.js';
import { PolicySheets } from './policy/policy-sheet.service.js';
import { FrontController } from './public/front.controller.js';
import { OutagePages } from './public/outage-pages.service.js';
import { PublicController } from './public/public.controller.js';
import { SchemePages } from './public/scheme-pages.service.js';
import { SignInController } from './public/sign-in.controller.js';
import { ClaimLists } from './shared/claim-list.service.js';
import { ClaimSettings } from './shared/claim-setting.service.js';
import { ClaimSheets } from './shared/claim-sheet.service.js';
import { ErrorPageService } from './shared/error-page.service.js';
import { PageRenderer } from './shared/page-renderer.service.js';
import { PORTAL_ERRORS } from './shared/portal.errors.js';
import { CaseFigures } from './staff/case-figures.service.js';
import { CaseHistory } from './staff/case-history.service.js';
import { CasePages } from './staff/case-pages.service.js';
import { FiguresController } from './staff/figures.controller.js';
import { WorkController } from './staff/work.controller.js';

registerCatalogue(PORTAL_ERRORS);

/** The pages: the roof of the house. They call the same services as the API, so a page is never the only place where a rule lives. */
@Module({
  imports: [AuditModule, IdentityModule, MerchantsModule, OutagesModule, PoliciesModule, SchemesModule, ClaimsModule, AssessmentsModule, FundsModule, ReviewModule, ChangesModule],
  controllers: [FrontController, SignInController, PublicController, MerchantClaimsController, WorkController, FiguresController, FundPagesController, PolicyPagesController, PolicyEditorController, ChangePagesController, RunPagesController],
  providers: [PageRenderer, { provide: ErrorPages, useClass: ErrorPageService }, ClaimSheets, ClaimSettings, ClaimLists, CaseFigures, CaseHistory, CasePages, OutagePages, SchemePages, PolicyLists, PolicySheets, PolicyHistory, ChangeSheets, StepBlocks],
})
export class PortalModule {}
