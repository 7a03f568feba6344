import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimPayments, type ClaimPaymentsView } from '../../modules/payouts/index.js';
import { LineFaults } from '../shared/line-faults.service.js';
import type { Visit } from '../shared/portal.page.js';

/** What was and is being paid on a claim, and whether its reader may see the payments by themselves. */
export type CasePayments = ClaimPaymentsView & { readonly maySee: boolean; readonly blockWords: (block: string) => string };

@Injectable()
export class CasePaymentSheets {
  constructor(private readonly payments: ClaimPayments, private readonly faults: LineFaults) {}

  async of(visit: Visit, claimId: string): Promise<CasePayments> {
    return { ...unwrap(await this.payments.of(visit.ctx, claimId)), maySee: isAllowed(visit.ctx.actor, 'payout.read'), blockWords: this.faults.in(visit) };
  }
}
