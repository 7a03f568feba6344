import { Injectable } from '@nestjs/common';
import { isWholeReason } from '../../../core/policy/index.js';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import type { Put } from '../../assessments/index.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimQueries, Entitlements, Objections, type ClaimRow, type ObjectionRow } from '../../claims/index.js';
import { PolicyQueries } from '../../policies/index.js';
import { ObjectionRises } from './objection-rises.service.js';
import { ObjectionLetters } from './objection-letters.service.js';

export interface ObjectionVerdict {
  readonly outcome: 'upheld' | 'dismissed';
  /** To uphold: what the claim then comes to, as the decider has seen it. */
  readonly amount?: { readonly amount: string; readonly currency: string };
  /** To uphold: a figure where the rule has another. */
  readonly figure?: Put;
  /** To dismiss. */
  readonly reasons: readonly string[];
  readonly note?: string;
}

export interface Settling {
  readonly claim: ClaimRow;
  readonly objection: ObjectionRow;
  readonly verdict: ObjectionVerdict;
  /** Undefined: a body outside. */
  readonly userId: string | undefined;
}

/** What a decided objection comes to: more, granted at once and never less than before; or what was decided stands. */
@Injectable()
export class ObjectionResults {
  constructor(
    private readonly objections: Objections,
    private readonly entitlements: Entitlements,
    private readonly rises: ObjectionRises,
    private readonly policies: PolicyQueries,
    private readonly claims: ClaimQueries,
    private readonly letters: ObjectionLetters,
    private readonly audit: AuditTrail,
  ) {}

  async settle(tx: Tx, ctx: Context, settling: Settling): Promise<Result<ClaimRow>> {
    const { note } = settling.verdict;
    const noteDigest = note === undefined ? undefined : await this.audit.keepText(tx, note);
    return settling.verdict.outcome === 'upheld' ? this.#uphold(tx, ctx, settling, noteDigest) : this.#dismiss(tx, ctx, settling, noteDigest);
  }

  async #uphold(tx: Tx, ctx: Context, { claim, objection, verdict, userId }: Settling, noteDigest: string | undefined): Promise<Result<ClaimRow>> {
    const raised = await this.rises.raise(tx, ctx, claim, { objectionNo: objection.k, userId, noteDigest, figure: verdict.figure, amount: verdict.amount });
    if (!raised.ok) return raised;
    await this.objections.decide(tx, ctx, objection, { outcome: 'upheld', by: userId, determinationId: raised.value.determinationId, noteDigest });
    const after = (await this.claims.find(tx, claim.id)) ?? claim;
    await this.letters.decided(tx, after, objection, { raisedTo: raised.value.n });
    return ok(after);
  }

  async #dismiss(tx: Tx, ctx: Context, { claim, objection, verdict, userId }: Settling, noteDigest: string | undefined): Promise<Result<ClaimRow>> {
    if (verdict.reasons.length === 0) return refuse('objections.reasons_missing', {}, { pointer: '/reasons' });
    const catalogue = await this.policies.reasons(tx);
    if (!catalogue.ok) return catalogue;
    const unknown = verdict.reasons.find((code) => !isWholeReason(catalogue.value[code]?.en ?? `{${code}}`, {}));
    if (unknown !== undefined) return refuse('objections.reason_unknown', { code: unknown }, { pointer: '/reasons' });
    if (claim.assessmentId === null) return refuse('review.no_assessment');
    const reasons = verdict.reasons.map((code) => ({ code, params: {} }));
    const determination = await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, stage: 'objection', outcome: 'refuse', reasons, assessmentId: claim.assessmentId, amountMinor: undefined,
      currency: claim.currency, userId, outside: userId === undefined, noteDigest,
    });
    await this.objections.decide(tx, ctx, objection, { outcome: 'dismissed', by: userId, determinationId: determination.id, noteDigest });
    await this.letters.decided(tx, claim, objection, { reasons });
    return ok((await this.claims.touch(tx, claim.id)) ?? claim);
  }
}
