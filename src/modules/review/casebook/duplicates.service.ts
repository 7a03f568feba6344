import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ClaimHolds, ClaimLifecycle, ClaimQueries, type ClaimRow } from '../../claims/index.js';
import { Duties } from '../../identity/index.js';
import { DuplicateVerdictsRepository } from './duplicate-verdicts.repository.js';
import { PairRecords, type PairSaid } from './pair-records.service.js';

/** A hold that a verdict places is looked at again after so many days. */
const REVIEW_DAYS = 14;
/** Nothing is offered or accepted any more, so there is nothing to hold. */
const ENDED: readonly ClaimRow['state'][] = ['rejected', 'withdrawn', 'expired'];

/** What people say of two claims that may be one. A "not a duplicate" stands through every working after it; a "duplicate" holds the claim it was said on. */
@Injectable()
export class Duplicates {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly claims: ClaimQueries,
    private readonly verdicts: DuplicateVerdictsRepository,
    private readonly holds: ClaimHolds,
    private readonly duties: Duties,
    private readonly records: PairRecords,
  ) {}

  /** Codes: `claims.not_found`, `http.stale`, `review.other_claim_unknown`, `identity.duty_conflict`. */
  say(ctx: Context, id: string, version: number, said: PairSaid): Promise<Result<{ claimId: string } & PairSaid>> {
    return this.work.run(ctx, async (tx): Promise<Result<{ claimId: string } & PairSaid>> => {
      const claim = await this.lifecycle.locked(tx, id, version);
      if (!claim.ok) return claim;
      const [other] = await this.claims.rowsOf(tx, [said.otherClaimId]);
      if (claim.value.state === 'draft' || other === undefined || other.state === 'draft' || other.id === id) {
        return refuse('review.other_claim_unknown', {}, { pointer: '/otherClaimId' });
      }
      const userId = userIdOf(ctx.actor);
      const free = await this.duties.take(tx, id, userId, 'recommender', 'claim.recommend');
      if (!free.ok) return free;
      await this.records.keep(tx, ctx, claim.value, said);
      await this.#hold(tx, ctx, claim.value, { ...said, userId });
      return ok({ claimId: id, ...said });
    });
  }

  /** A hold stands for as long as some pair of the claim counts as a duplicate. */
  async #hold(tx: Tx, ctx: Context, claim: ClaimRow, { verdict, reason, userId }: PairSaid & { userId: string }): Promise<void> {
    if (verdict === 'not_duplicate') {
      const isClear = (await this.verdicts.standing(tx, claim.id)).every((row) => row.verdict === 'not_duplicate');
      if (isClear) await this.holds.release(tx, ctx, claim.id, { kind: 'duplicate', by: { userId, reason } });
      return;
    }
    if (ENDED.includes(claim.state)) return;
    await this.holds.place(tx, ctx, claim, { kind: 'duplicate', by: { userId, reason, reviewOn: this.records.reviewDay(REVIEW_DAYS) } });
  }

  standing(reader: Reader, claimId: string): ReturnType<DuplicateVerdictsRepository['standing']> {
    return this.verdicts.standing(reader, claimId);
  }
}
