import { Injectable } from '@nestjs/common';
import { capUses, type AssessmentResult } from '../../core/assessment/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Money } from '../../core/money/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries } from '../assessments/index.js';
import { CapUses, ClaimHolds, Entitlements, type ClaimRow, type HeldAct } from '../claims/index.js';
import { FundLedger } from '../funds/index.js';
import { SchemeQueries } from '../schemes/index.js';

/** What a fund keeps for a claim: the whole of its entitlement, or nothing while a hold says that the fund cannot. */
@Injectable()
export class Reservations {
  constructor(
    private readonly ledger: FundLedger, private readonly schemes: SchemeQueries, private readonly holds: ClaimHolds, private readonly entitlements: Entitlements,
    private readonly caps: CapUses, private readonly assessments: AssessmentQueries,
  ) {}

  async fundOf(tx: Tx, claim: ClaimRow): Promise<Result<string>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    return scheme.value.fundId === undefined ? refuse('review.fund_missing') : ok(scheme.value.fundId);
  }

  /** Whether nothing holds the claim for the act. Code: `claims.held`. */
  clear(tx: Tx, claimId: string, act: HeldAct): Promise<Result<void>> {
    return this.holds.clear(tx, claimId, act);
  }

  /** Takes what a sum uses of caps that claims share. Code: `claims.cap_exceeded`. */
  useCaps(tx: Tx, claim: ClaimRow, { trace }: Pick<AssessmentResult, 'trace'>, grantedMinor: bigint): Promise<Result<void>> {
    return this.caps.take(tx, claim, capUses(trace, grantedMinor));
  }

  async graceEndsAt(tx: Tx, claim: ClaimRow): Promise<Result<Instant>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    return scheme.ok ? ok(scheme.value.graceEndsAt) : scheme;
  }

  /** Reserves again, and takes again of shared caps, what a lapsed offer gave back. Codes: `funds.exhausted`, `claims.cap_exceeded`, `review.fund_missing`. */
  async renew(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<void>> {
    const fundId = await this.fundOf(tx, claim);
    if (!fundId.ok) return fundId;
    const latest = await this.entitlements.latest(tx, claim.id);
    const standing = latest === undefined ? undefined : await this.assessments.standing(tx, latest.assessmentId);
    if (latest === undefined || standing === undefined) return refuse('review.never_offered');
    const capped = await this.useCaps(tx, claim, standing.result, latest.gross.minor);
    if (!capped.ok) return capped;
    if (!(await this.ledger.canReserve(tx, fundId.value, latest.gross.minor))) return refuse('funds.exhausted');
    return this.ledger.renew(tx, ctx, { fundId: fundId.value, claimId: claim.id, entitlementNo: latest.n, amount: latest.gross });
  }

  /** Reserves up to the entitlement, whatever stood reserved. Code: `funds.exhausted`, with nothing done. */
  async reserve(tx: Tx, ctx: Context, claim: ClaimRow, { n, total }: { n: number; total: Money }): Promise<Result<void>> {
    const fundId = await this.fundOf(tx, claim);
    if (!fundId.ok) return fundId;
    const before = await this.ledger.heldFor(tx, fundId.value, claim.id, claim.currency);
    return this.ledger.reserve(tx, ctx, { fundId: fundId.value, claimId: claim.id, entitlementNo: n, before, after: total });
  }

  /** Whether a claim that has its reservation could have it raised to so much. */
  async canRaise(tx: Tx, claim: ClaimRow, totalMinor: bigint): Promise<Result<boolean>> {
    const fundId = await this.fundOf(tx, claim);
    if (!fundId.ok) return fundId.refusal.code === 'review.fund_missing' ? ok(false) : fundId;
    if (await this.holds.stands(tx, claim.id, 'fund')) return ok(false);
    const { minor } = await this.ledger.heldFor(tx, fundId.value, claim.id, claim.currency);
    return ok(await this.ledger.canReserve(tx, fundId.value, totalMinor - minor));
  }

  /** As `reserve`, or a `fund` hold where the fund cannot: true when it is held. */
  async reserveOrHold(tx: Tx, ctx: Context, claim: ClaimRow, entitlement: { n: number; total: Money }): Promise<Result<boolean>> {
    const reserved = await this.reserve(tx, ctx, claim, entitlement);
    if (reserved.ok) {
      await this.holds.release(tx, ctx, claim.id, { kind: 'fund' });
      return ok(false);
    }
    if (reserved.refusal.code !== 'funds.exhausted') return reserved;
    const given = await this.#giveBack(tx, ctx, claim, entitlement.n);
    if (!given.ok) return given;
    await this.holds.place(tx, ctx, claim, { kind: 'fund' });
    return ok(true);
  }

  /** Gives back whatever is reserved, and what the claim uses of shared caps; a hold of the fund has nothing left to wait for. */
  async release(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<void>> {
    await this.caps.release(tx, claim.id);
    const latest = await this.entitlements.latest(tx, claim.id);
    if (latest === undefined) return ok(undefined);
    await this.holds.release(tx, ctx, claim.id, { kind: 'fund' });
    return this.#giveBack(tx, ctx, claim, latest.n);
  }

  /** Gives back what stands reserved above a total that has fallen; what was paid above it is left to payouts. */
  async lower(tx: Tx, ctx: Context, claim: ClaimRow, { n, total }: { n: number; total: Money }): Promise<Result<void>> {
    await this.caps.lower(tx, claim.id, total.minor);
    return this.#giveBack(tx, ctx, claim, n, total.minor);
  }

  async #giveBack(tx: Tx, ctx: Context, claim: ClaimRow, entitlementNo: number, keptMinor = 0n): Promise<Result<void>> {
    const fundId = await this.fundOf(tx, claim);
    if (!fundId.ok) return fundId.refusal.code === 'review.fund_missing' ? ok(undefined) : fundId;
    const reserved = await this.ledger.reservedFor(tx, fundId.value, claim.id, claim.currency);
    const above = (await this.ledger.heldFor(tx, fundId.value, claim.id, claim.currency)).minor - keptMinor;
    const minor = above < reserved.minor ? above : reserved.minor;
    if (minor > 0n) await this.ledger.release(tx, ctx, { fundId: fundId.value, claimId: claim.id, entitlementNo, amount: { ...reserved, minor } });
    return ok(undefined);
  }
}
