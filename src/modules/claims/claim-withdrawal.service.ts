import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { claimView, type ClaimView } from './views/claim-view.js';

/** Taking a claim back; a new one may be filed afterwards. */
@Injectable()
export class ClaimWithdrawal {
  constructor(private readonly work: UnitOfWork, private readonly lifecycle: ClaimLifecycle) {}

  withdraw(ctx: Context, id: string, version: number): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, id);
      if (!claim.ok) return claim;
      if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
      if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
      const moved = await this.lifecycle.apply(tx, ctx, claim.value, { event: 'withdraw' });
      return moved.ok ? ok(claimView(moved.value)) : moved;
    });
  }
}
