import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency, formatMoney, money } from '../../../core/money/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimAssessment, Overrides, type AssessedClaim, type Put } from '../../assessments/index.js';
import { ClaimClashes, ClaimHolds, LaterSales, type ClaimRow } from '../../claims/index.js';
import { RaiseGrants, type Raised } from '../raise-grants.service.js';

export interface Upholding {
  readonly objectionNo: number;
  readonly userId: string | undefined;
  readonly noteDigest: string | undefined;
  readonly figure: Put | undefined;
  /** What the decider has seen it come to. */
  readonly amount: { readonly amount: string; readonly currency: string } | undefined;
}

/** The rise of an upheld objection: the claim is worked out again as things stand, with the sales that came since and the figure that was put if one was, and has to come to more. */
@Injectable()
export class ObjectionRises {
  constructor(
    private readonly sales: LaterSales,
    private readonly overrides: Overrides,
    private readonly assessment: ClaimAssessment,
    private readonly clashes: ClaimClashes,
    private readonly holds: ClaimHolds,
    private readonly grants: RaiseGrants,
  ) {}

  /** Codes beside those of figures: `objections.not_higher`, `objections.amount_differs`, `claims.held`, `claims.overlaps`. */
  async raise(tx: Tx, ctx: Context, objected: ClaimRow, upholding: Upholding): Promise<Result<Raised>> {
    const clear = await this.holds.clear(tx, objected.id, 'offer');
    if (!clear.ok) return clear;
    const taken = await this.sales.take(tx, ctx, objected);
    if (!taken.ok) return taken;
    const claim = taken.value;
    const put = await this.#put(tx, claim, upholding);
    if (!put.ok) return put;
    const assessed = await this.assessment.assess(tx, ctx, claim.id, { aside: true });
    if (!assessed.ok) return assessed;
    const higher = await this.#isHigher(tx, claim, assessed.value, upholding.amount);
    if (!higher.ok) return higher;
    if (claim.state === 'rejected' && !(await this.clashes.mayReturn(tx, claim))) return refuse('claims.overlaps', { other: '' });
    const rise = { claim, assessed: assessed.value };
    await this.assessment.letStand(tx, ctx, [rise]);
    return this.grants.grant(tx, ctx, rise, upholding);
  }

  async #put(tx: Tx, claim: ClaimRow, { figure, userId, noteDigest, objectionNo }: Upholding): Promise<Result<void>> {
    if (figure === undefined) return ok(undefined);
    const checked = await this.overrides.check(tx, claim, figure);
    if (!checked.ok) return { ok: false, refusal: { ...checked.refusal, pointer: `/figure${checked.refusal.pointer ?? ''}` } };
    await this.overrides.store(tx, claim, checked.value, { userId, evidenceDigest: noteDigest, objectionNo });
    return ok(undefined);
  }

  async #isHigher(tx: Tx, claim: ClaimRow, { result }: AssessedClaim, stated: Upholding['amount']): Promise<Result<void>> {
    const code = currency(claim.currency);
    const said = (minor: bigint): string => formatMoney(money(minor, code));
    const granted = (await this.grants.grantedOf(tx, [claim.id])).get(claim.id) ?? 0n;
    const given = result.outcome === 'eligible' ? BigInt(result.cashMinor ?? '0') : 0n;
    const params = { amount: said(given), granted: said(granted), currency: claim.currency };
    if (given <= granted) return refuse('objections.not_higher', params);
    return stated?.amount === params.amount && stated.currency === claim.currency ? ok(undefined) : refuse('objections.amount_differs', params, { pointer: '/amount' });
  }
}
