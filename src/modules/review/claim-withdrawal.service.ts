import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ClaimLifecycle, claimView, type ClaimView } from '../claims/index.js';
import { Awards } from './awards.service.js';

/** Taking a claim back; a new one may be filed afterwards. Stands here because an offer's reservation goes back with it. */
@Injectable()
export class ClaimWithdrawal {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly awards: Awards,
  ) {}

  withdraw(ctx: Context, id: string, version: number): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, id);
      if (!claim.ok) return claim;
      if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
      if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
      const moved = await this.lifecycle.apply(tx, ctx, claim.value, { event: 'withdraw' });
      if (!moved.ok) return moved;
      if (claim.value.state === 'offered') await this.awards.release(tx, ctx, claim.value);
      return ok(claimView(moved.value));
    });
  }
}
