import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AssessmentQueries } from '../../assessments/index.js';
import { ClaimQueries, Entitlements, type ClaimRow } from '../../claims/index.js';
import { FundAllocations } from '../../funds/index.js';
import { Grants, type Granted, type Granting } from '../grants.service.js';
import { LateShares } from './late-shares.service.js';

/** More points for a claim that shares in a fund. What they are worth comes with the allocation, or at once where there was one. */
@Injectable()
export class PointRaises {
  constructor(
    private readonly grants: Grants, private readonly allocations: FundAllocations, private readonly entitlements: Entitlements, private readonly assessments: AssessmentQueries,
    private readonly claims: ClaimQueries, private readonly late: LateShares,
  ) {}

  /** The fund whose points a rise of the claim is; undefined where it is no shared one. Code: `review.fund_being_shared`. */
  async fund(tx: Tx, claim: ClaimRow): Promise<Result<string | undefined>> {
    const shared = await this.grants.sharedFund(tx, claim);
    if (!shared.ok || shared.value === undefined) return shared;
    return await this.allocations.state(tx, shared.value) === 'applying' ? refuse('review.fund_being_shared') : shared;
  }

  async grant(tx: Tx, ctx: Context, claim: ClaimRow, { determinationId, assessmentId, gross }: Omit<Granting, 'assessment'> & { assessmentId: string }): Promise<Result<Granted>> {
    const assessment = await this.assessments.standing(tx, assessmentId);
    if (assessment === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
    return this.grants.grant(tx, ctx, claim, { determinationId, assessment, gross });
  }

  /** Of a claim that has its share: what the new points add. The number of its entitlement; undefined while it waits. Code: `sharing.reserve_exhausted`. */
  async settle(tx: Tx, ctx: Context, claimId: string, fundId: string): Promise<Result<number | undefined>> {
    const before = await this.entitlements.latest(tx, claimId);
    if (before === undefined) return ok(undefined);
    const claim = await this.claims.find(tx, claimId);
    if (claim === undefined) return refuse('claims.not_found');
    const settled = await this.late.settle(tx, ctx, claim, fundId);
    return settled.ok ? ok((await this.entitlements.latest(tx, claimId))?.n) : settled;
  }
}
