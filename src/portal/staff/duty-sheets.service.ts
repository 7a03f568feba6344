import { Injectable } from '@nestjs/common';
import { currency as currencyOf, formatMoney, money } from '../../core/money/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Approvals, asksForTwo, DecisionLimits, Interests } from '../../modules/review/index.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import type { Visit } from '../shared/portal.page.js';

/** What the page of a claim says of who may act on it: interests, first approvals, and the reader's own limit. */
@Injectable()
export class DutySheets {
  constructor(private readonly database: Database, private readonly interests: Interests, private readonly approvals: Approvals, private readonly limits: DecisionLimits) {}

  async of({ ctx }: Visit, { claim, row, assessment }: ClaimSheet): Promise<object> {
    const upTo = await this.limits.aloneUpTo(this.database.reader, userIdOf(ctx.actor), claim.currency);
    return {
      interests: unwrap(await this.interests.list(ctx, row)).items,
      approvals: unwrap(await this.approvals.list(ctx, row)).items,
      asksForTwo: assessment !== undefined && asksForTwo(assessment.result),
      ...(upTo === undefined ? {} : { limit: { amount: formatMoney(money(upTo, currencyOf(claim.currency))), currency: claim.currency } }),
    };
  }
}
