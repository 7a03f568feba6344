import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimClashes, type ClaimRow } from '../../claims/index.js';
import { Awards } from '../awards.service.js';
import { PointRaises } from '../shares/point-raises.service.js';

/** What an offer that lapsed stands on again: its scheme, the money of its fund, and no other claim in its way. */
@Injectable()
export class RenewalGrounds {
  constructor(private readonly clashes: ClaimClashes, private readonly awards: Awards, private readonly points: PointRaises, private readonly clock: Clock) {}

  /** Reserves for it; answers with the fund where that is a shared one. Codes: `review.fund_being_shared`, `review.scheme_settled`, `funds.exhausted`, `claims.cap_exceeded`, `claims.overlaps`. */
  async take(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<string | undefined>> {
    const shared = await this.points.funds(tx, [claim]);
    if (!shared.ok) return shared;
    const reserved = await this.awards.renew(tx, ctx, claim, this.clock.now());
    if (!reserved.ok) return reserved;
    return await this.clashes.mayReturn(tx, claim) ? ok(shared.value.get(claim.id)) : refuse('claims.overlaps', { other: '' });
  }
}
