import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { money } from '../../../core/money/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimLifecycle, claimView, Entitlements, type ClaimView } from '../../claims/index.js';
import { Duties } from '../../identity/index.js';
import { Reservations } from '../reservations.service.js';
import { ReductionLetters } from './reduction-letters.service.js';
import { ReductionNotes } from './reduction-notes.service.js';
import type { Reducible } from './reductions.service.js';
import { ReductionsRepository, type ReductionRow } from './reductions.repository.js';

export interface ReductionVerdict {
  readonly outcome: 'reduce' | 'drop';
  readonly note: string;
}

/** What the second person does with a proposal: lower the entitlement, in one transaction with the fund and the letter, or drop it. */
@Injectable()
export class ReductionDecisions {
  constructor(
    private readonly lifecycle: ClaimLifecycle, private readonly entitlements: Entitlements, private readonly reservations: Reservations, private readonly reductions: ReductionsRepository,
    private readonly duties: Duties, private readonly letters: ReductionLetters, private readonly notes: ReductionNotes,
  ) {}

  async decide(tx: Tx, ctx: Context, { claim, latest }: Reducible, { row, at, heardUntil, outcome, note }: ReductionVerdict & { row: ReductionRow; at: Instant; heardUntil: Instant | undefined }): Promise<Result<ClaimView>> {
    if (row.outcome !== null) return refuse('review.reduction_decided');
    const userId = userIdOf(ctx.actor);
    const noteDigest = await this.notes.keep(tx, note);
    if (outcome === 'drop') {
      await this.reductions.decide(tx, { id: row.id, outcome: 'dropped', by: userId, at, noteDigest });
      await this.notes.dropped(tx, ctx, claim.id, { n: row.n, noteDigest });
      return ok(claimView(claim));
    }
    const may = await this.#may(tx, row, { claimId: claim.id, latestNo: latest.n, userId, at, heardUntil });
    return may.ok ? this.#reduce(tx, ctx, { claim, latest }, { row, userId, at, noteDigest }) : may;
  }

  async #reduce(tx: Tx, ctx: Context, { claim, latest }: Reducible, { row, userId, at, noteDigest }: { row: ReductionRow; userId: string; at: Instant; noteDigest: string }): Promise<Result<ClaimView>> {
    const after = money(BigInt(row.toMinor), latest.gross.currency);
    const isNil = after.minor === 0n;
    const endsIt = isNil && claim.state === 'offered';
    const determination = await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, stage: 'reduction', outcome: isNil ? 'nil' : 'award', reasons: [{ code: row.reason, params: {} }], assessmentId: latest.assessmentId,
      amountMinor: isNil ? undefined : after.minor, currency: claim.currency, userId, noteDigest,
    });
    await this.reductions.decide(tx, { id: row.id, outcome: 'reduced', by: userId, at, noteDigest, determinationId: determination.id });
    const granted = await this.entitlements.grant(tx, { claim, determinationId: determination.id, assessmentId: latest.assessmentId, result: { cashMinor: null, withheldMinor: null }, gross: after });
    if (claim.state === 'accepted') await this.entitlements.carryAcceptances(tx, 'reduced', [{ claimId: claim.id, n: granted.n }]);
    const fund = endsIt ? await this.reservations.release(tx, ctx, claim) : await this.reservations.lower(tx, ctx, claim, { n: granted.n, total: after });
    if (!fund.ok) return fund;
    const moved = await this.lifecycle.apply(tx, ctx, claim, {
      event: 'reduce', to: endsIt ? 'rejected' : claim.state, data: { n: row.n, entitlement: granted.n, amountMinor: String(after.minor), reason: row.reason, noteDigest },
    });
    if (!moved.ok) return moved;
    await this.notes.reduced(tx, ctx, claim.merchantId, {
      claimId: claim.id, entitlement: granted.n, beforeMinor: String(latest.gross.minor), afterMinor: String(after.minor), currency: claim.currency, isAccepted: claim.state === 'accepted',
    });
    await this.letters.reduced(tx, moved.value, { before: latest.gross, after, reason: row.reason, text: row.text ?? '' }, granted);
    return ok(claimView(moved.value));
  }

  async #may(tx: Tx, row: ReductionRow, { claimId, latestNo, userId, at, heardUntil }: { claimId: string; latestNo: number; userId: string; at: Instant; heardUntil: Instant | undefined }): Promise<Result<void>> {
    if (row.proposedBy === userId) return refuse('review.reduction_second');
    if (row.entitlementNo !== latestNo) return refuse('review.reduction_overtaken');
    if (heardUntil === undefined) return refuse('review.reduction_not_told');
    if (!row.waived && at < heardUntil) return refuse('review.reduction_too_early', { until: formatInstant(heardUntil) });
    return this.duties.take(tx, claimId, userId, 'reduction_decider', 'claim.decide');
  }
}
