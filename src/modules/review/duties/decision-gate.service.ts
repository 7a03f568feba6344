import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import type { ClaimRow } from '../../claims/index.js';
import { Duties } from '../../identity/index.js';
import { Approvals, type Proposed } from './approvals.service.js';

/** Who may recommend and decide a claim, asked under its lock: roles as they are now, duties, interests, limits. The database asks again. */
@Injectable()
export class DecisionGate {
  constructor(private readonly duties: Duties, private readonly approvals: Approvals) {}

  recommender(tx: Tx, claimId: string, userId: string): Promise<Result<void>> {
    return this.duties.take(tx, claimId, userId, 'recommender', 'claim.recommend');
  }

  /** As `recommender`, of different claims: all or none. */
  recommenders(tx: Tx, claimIds: readonly string[], userId: string): Promise<Result<void>> {
    return this.duties.takeAll(tx, claimIds, userId, 'recommender', 'claim.recommend');
  }

  /** As `decider`, of different claims: all or none. */
  async deciders(tx: Tx, claims: readonly { readonly claimId: string; readonly recommendedBy: string | null }[], userId: string): Promise<Result<void>> {
    const free = await this.duties.takeAll(tx, claims.map(({ claimId }) => claimId), userId, 'decider', 'claim.decide');
    if (!free.ok) return free;
    const held = await this.duties.heldOf(tx, claims.flatMap(({ claimId, recommendedBy }) => (recommendedBy === null ? [] : [{ subjectId: claimId, userId: recommendedBy }])));
    return held.some(({ duty }) => duty === 'interest') ? refuse('review.recommender_interested') : ok(undefined);
  }

  /** Whether each of these awards may be decided at once, by this one person. */
  decidesAlone(tx: Tx, userId: string, awards: Parameters<Approvals['noneNeeded']>[2]): Promise<boolean> {
    return this.approvals.noneNeeded(tx, userId, awards);
  }

  /** Neither the decider nor whoever recommended it has an interest in it. Code: `review.recommender_interested`. */
  async decider(tx: Tx, claimId: string, { userId, recommendedBy }: { readonly userId: string; readonly recommendedBy: string | null }): Promise<Result<void>> {
    const free = await this.duties.take(tx, claimId, userId, 'decider', 'claim.decide');
    if (!free.ok || recommendedBy === null) return free;
    return (await this.duties.held(tx, claimId, recommendedBy)).includes('interest') ? refuse('review.recommender_interested') : ok(undefined);
  }

  /** See `Approvals.first`. */
  first(tx: Tx, ctx: Context, proposed: Proposed): Promise<Result<ClaimRow | undefined>> {
    return this.approvals.first(tx, ctx, proposed);
  }
}
