import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AssessmentQueries } from '../../assessments/index.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimLetters, ClaimLifecycle, claimView, type ClaimView } from '../../claims/index.js';
import { ReopeningsRepository } from './reopenings.repository.js';

/**
 * A claim that has ended is looked at again. What it had reserved has gone back and stays there; what was granted stays the least it gets,
 * and who has done what to it is not forgotten: the same person does not come to hold two duties on it.
 */
@Injectable()
export class Reopenings {
  constructor(
    private readonly work: UnitOfWork, private readonly lifecycle: ClaimLifecycle, private readonly reopenings: ReopeningsRepository, private readonly assessments: AssessmentQueries,
    private readonly letters: ClaimLetters, private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** Codes: `machine.not_allowed`, `review.reopened_twice`, `claims.already_claimed` and `claims.overlaps` where something else lives in its place by now. */
  reopen(ctx: Context, id: string, version: number, reason: string): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, id, version);
      if (!claim.ok) return claim;
      const allowed = this.lifecycle.decide(ctx, claim.value, { event: 'reopen' });
      if (!allowed.ok) return allowed;
      const reasonDigest = await this.audit.keepText(tx, reason);
      const n = await this.reopenings.add(tx, { claimId: id, merchantId: claim.value.merchantId, by: userIdOf(ctx.actor), reasonDigest, at: this.clock.now() });
      const moved = await this.lifecycle.apply(tx, ctx, claim.value, { event: 'reopen', openedByStaff: true, data: { n, reasonDigest } });
      if (!moved.ok) return moved;
      await this.assessments.again(tx, id);
      await this.letters.toOwners(tx, moved.value, { template: 'claim.reopened' });
      return ok(claimView(moved.value));
    });
  }
}
