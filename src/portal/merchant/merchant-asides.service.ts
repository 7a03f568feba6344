import { Injectable } from '@nestjs/common';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { BenefitLists } from '../../modules/payouts/index.js';
import { HoldDesk, ReductionDesk } from '../../modules/review/index.js';
import { DecisionPages } from '../letters/decision-pages.service.js';
import { ClaimObjections } from '../shared/claim-objections.service.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { PaymentSheets } from './payment-sheets.service.js';
import type { Visit } from '../shared/portal.page.js';

/** What stands beside a claim on its merchant's page: what is held, what is to fall, what was objected, what is given beside money, and the decision in words. */
@Injectable()
export class MerchantAsides {
  constructor(
    private readonly holds: HoldDesk, private readonly reductions: ReductionDesk, private readonly objections: ClaimObjections, private readonly decisions: DecisionPages,
    private readonly payments: PaymentSheets, private readonly benefits: BenefitLists,
  ) {}

  async #beside(visit: Visit, sheet: ClaimSheet): Promise<object> {
    const held = unwrap(await this.holds.list(visit.ctx, sheet.row)).items.filter((one) => !('released' in one));
    return {
      held, cannotAccept: held.some(({ stops }) => stops.includes('accept')), reductions: unwrap(await this.reductions.list(visit.ctx, sheet.row)).items,
      objecting: await this.objections.of(visit, sheet),
      paid: unwrap(await this.payments.ofClaim(visit, sheet.claim.id)), benefits: unwrap(await this.benefits.ofClaim(visit.ctx, sheet.claim.id)).items,
    };
  }

  /** As `again`, and noted: whoever opens the page has the decision from then on. */
  async shown(visit: Visit, sheet: ClaimSheet): Promise<object> {
    return { ...await this.#beside(visit, sheet), decided: await this.decisions.shown(visit, sheet.row) };
  }

  async again(visit: Visit, sheet: ClaimSheet): Promise<object> {
    return { ...await this.#beside(visit, sheet), decided: await this.decisions.of(visit, sheet.row) };
  }
}
