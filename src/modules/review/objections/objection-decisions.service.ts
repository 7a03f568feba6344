import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ClaimLifecycle, claimView, Objections, type ClaimRow, type ClaimView, type ObjectionRow } from '../../claims/index.js';
import { Duties } from '../../identity/index.js';
import { ObjectionLetters } from './objection-letters.service.js';
import { ObjectionResults, type ObjectionVerdict } from './objection-results.service.js';

/**
 * Decides objections: by somebody who never touched the claim, the second by yet another person, or by the body outside through its link.
 * Nothing is lowered here, and fraud is not found here.
 */
@Injectable()
export class ObjectionDecisions {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly lifecycle: ClaimLifecycle,
    private readonly objections: Objections,
    private readonly results: ObjectionResults,
    private readonly letters: ObjectionLetters,
    private readonly duties: Duties,
  ) {}

  decide(ctx: Context, claimId: string, k: number, version: number, verdict: ObjectionVerdict): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const found = await this.#open(tx, ctx, claimId, k, version);
      if (!found.ok) return found;
      const { claim, objection, earlier } = found.value;
      const body = this.letters.outside(objection.level);
      if (body !== undefined) return refuse('objections.outside_decides', { name: body.name });
      const userId = userIdOf(ctx.actor);
      if (earlier.some(({ decidedBy }) => decidedBy === userId)) return refuse('objections.same_person');
      const free = await this.duties.take(tx, claimId, userId, 'reconsiderer', 'objection.decide');
      return free.ok ? viewed(await this.results.settle(tx, ctx, { claim, objection, verdict, userId })) : free;
    });
  }

  /** What a link opens; whatever is wrong with it, the answer is the same. */
  async behind(token: string): Promise<Result<{ claimId: string; k: number }>> {
    const found = await this.objections.behindLink(this.database.reader, token);
    return found === undefined ? refuse('objections.link_unknown') : ok(found);
  }

  decideOutside(requestId: string, token: string, verdict: ObjectionVerdict): Promise<Result<ClaimView>> {
    const ctx: Context = { actor: { kind: 'link', name: 'objection' }, requestId };
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const behind = await this.objections.behindLink(tx, token);
      if (behind === undefined) return refuse('objections.link_unknown');
      const found = await this.#open(tx, ctx, behind.claimId, behind.k, undefined);
      if (!found.ok) return refuse('objections.link_unknown');
      return viewed(await this.results.settle(tx, ctx, { ...found.value, verdict, userId: undefined }));
    });
  }

  /** The machine is asked first: in the wrong state the answer is what is possible there. */
  async #open(tx: Tx, ctx: Context, claimId: string, k: number, version: number | undefined): Promise<Result<{ claim: ClaimRow; objection: ObjectionRow; earlier: readonly ObjectionRow[] }>> {
    const claim = await this.lifecycle.locked(tx, claimId, version);
    if (!claim.ok) return claim;
    const { state, assessmentId } = claim.value;
    const allowed = this.lifecycle.decide(ctx, claim.value, { event: 'upheld', to: state === 'rejected' ? 'offered' : state, ...(assessmentId === null ? {} : { assessmentId }) });
    if (!allowed.ok) return allowed;
    const all = await this.objections.of(tx, claimId);
    const objection = all.find((one) => one.k === k);
    if (objection === undefined) return refuse('objections.not_found');
    if (objection.decidedAt !== null) return refuse('objections.decided', { decidedAt: objection.decidedAt.toISOString() });
    return ok({ claim: claim.value, objection, earlier: all.filter((one) => one.k < k) });
  }
}

const viewed = (moved: Result<ClaimRow>): Result<ClaimView> => (moved.ok ? ok(claimView(moved.value)) : moved);
