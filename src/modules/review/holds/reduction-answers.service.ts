import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { mayFor, userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimLifecycle, PaperDoors } from '../../claims/index.js';
import { Duties } from '../../identity/index.js';
import { MOST_ANSWERS } from './holds.rules.js';
import { ReductionsRepository } from './reductions.repository.js';

/**
 * What a business says to a proposal, for as long as it is not decided. The claim moves on to a new version with every answer: whoever
 * was about to decide without having read it is refused. Papers are taken meanwhile.
 */
@Injectable()
export class ReductionAnswers implements OnModuleInit {
  constructor(
    private readonly lifecycle: ClaimLifecycle, private readonly reductions: ReductionsRepository, private readonly duties: Duties, private readonly audit: AuditTrail, private readonly clock: Clock,
    private readonly doors: PaperDoors,
  ) {}

  onModuleInit(): void {
    this.doors.register(async (reader, claimId) => (await this.reductions.of(reader, claimId)).some(({ outcome }) => outcome === null));
  }

  /** Codes: `claims.not_found`, `http.stale`, `review.reduction_not_found`, `review.reduction_decided`, `review.reduction_answered_often`, `identity.duty_conflict`. */
  async answer(tx: Tx, ctx: Context, claimId: string, { n, version, text }: { readonly n: number; readonly version: number; readonly text: string }): Promise<Result<void>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
    if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
    const row = (await this.reductions.of(tx, claimId)).find((one) => one.n === n);
    if (row === undefined) return refuse('review.reduction_not_found');
    if (row.outcome !== null) return refuse('review.reduction_decided');
    const k = (await this.reductions.answers(tx, claimId)).filter(({ reductionN }) => reductionN === n).length + 1;
    if (k > MOST_ANSWERS) return refuse('review.reduction_answered_often', { most: MOST_ANSWERS });
    const userId = userIdOf(ctx.actor);
    const free = await this.duties.take(tx, claimId, userId, 'filer');
    if (!free.ok) return free;
    const noteDigest = await this.audit.keepText(tx, text);
    await this.reductions.addAnswer(tx, { claimId, merchantId: claim.value.merchantId, reductionN: n, k, textDigest: noteDigest, userId, at: this.clock.now() });
    await this.lifecycle.note(tx, ctx, claim.value, { action: 'claim.reduction_answered', data: { n, k, noteDigest } });
    return ok(undefined);
  }
}
