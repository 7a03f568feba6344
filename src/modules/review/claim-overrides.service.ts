import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { OverrideReason } from '../../core/policy/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ClaimAssessment, Overrides, type Put } from '../assessments/index.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimLifecycle, ClaimQueries, claimView, type ClaimRow, type ClaimView } from '../claims/index.js';
import { Duties } from '../identity/index.js';

/**
 * The one way a person puts a figure: for a step of the standing working, with a reason. Who puts one has recommended: another
 * person decides. The claim is worked out again in the same transaction, so nobody ever sees a figure without what it comes to.
 */
@Injectable()
export class ClaimOverrides {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly claims: ClaimQueries,
    private readonly overrides: Overrides,
    private readonly assessment: ClaimAssessment,
    private readonly duties: Duties,
    private readonly audit: AuditTrail,
  ) {}

  put(ctx: Context, id: string, version: number, put: Put, evidence: string | undefined): Promise<Result<ClaimView>> {
    return this.#change(ctx, id, version, async (tx, claim) => {
      const checked = await this.overrides.check(tx, claim, put);
      if (!checked.ok) return checked;
      const author = await this.#author(tx, ctx, id, evidence);
      if (!author.ok) return author;
      const n = await this.overrides.store(tx, claim, checked.value, author.value);
      const { step, reason, amount, figure, waives } = put;
      return ok({ n, step, reason, ...(amount === undefined ? {} : { amount }), ...(figure === undefined ? {} : { figure }), ...(waives === undefined ? {} : { waives }) });
    });
  }

  /** Takes back a figure: the rule's own stands again, whoever put the other. */
  lift(ctx: Context, id: string, n: number, version: number, reason: OverrideReason): Promise<Result<ClaimView>> {
    return this.#change(ctx, id, version, async (tx, claim) => {
      const author = await this.#author(tx, ctx, id, undefined);
      if (!author.ok) return author;
      const lifted = await this.overrides.lift(tx, claim, n, reason, author.value);
      return lifted.ok ? ok({ n: lifted.value.n, step: lifted.value.step, reason, lifts: n }) : lifted;
    });
  }

  async #author(tx: Tx, ctx: Context, claimId: string, evidence: string | undefined): Promise<Result<{ userId: string; evidenceDigest: string | undefined }>> {
    const userId = userIdOf(ctx.actor);
    const free = await this.duties.take(tx, claimId, userId, 'recommender', 'claim.recommend');
    if (!free.ok) return free;
    return ok({ userId, evidenceDigest: evidence === undefined ? undefined : await this.audit.keepText(tx, evidence) });
  }

  /** The machine is asked first: in the wrong state the answer is what is possible there, whatever was to be put. */
  #change(ctx: Context, id: string, version: number, change: (tx: Tx, claim: ClaimRow) => Promise<Result<object>>): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, id, version);
      if (!claim.ok) return claim;
      const allowed = this.lifecycle.decide(ctx, claim.value, { event: 'override' });
      if (!allowed.ok) return allowed;
      const data = await change(tx, claim.value);
      if (!data.ok) return data;
      const moved = await this.lifecycle.apply(tx, ctx, claim.value, { event: 'override', openedByStaff: true, data: data.value });
      if (!moved.ok) return moved;
      const assessed = await this.assessment.assess(tx, ctx, id);
      if (!assessed.ok) return assessed;
      const after = await this.claims.find(tx, id);
      return after === undefined ? refuse('claims.not_found') : ok(claimView(after));
    });
  }
}
