import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { AssessmentQueries } from '../../assessments/index.js';
import { Entitlements, type ClaimRow } from '../../claims/index.js';
import { FundAllocations } from '../../funds/index.js';
import { Grants, type Granting } from '../grants.service.js';
import { DecisionNotices } from '../offers/decision-notices.service.js';
import { LateShares } from './late-shares.service.js';

/** More points for claims that share in a fund. What they are worth comes with the allocation, or at once where there was one. */
@Injectable()
export class PointRaises {
  constructor(
    private readonly grants: Grants, private readonly allocations: FundAllocations, private readonly entitlements: Entitlements, private readonly assessments: AssessmentQueries,
    private readonly late: LateShares, private readonly decisions: DecisionNotices,
  ) {}

  grantedOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return this.grants.grantedOf(reader, claimIds);
  }

  /** By claim the fund whose points a rise of it is; where its fund is no shared one it is left out. Code: `review.fund_being_shared`. */
  async funds(tx: Tx, claims: readonly ClaimRow[]): Promise<Result<ReadonlyMap<string, string>>> {
    const shared = await this.grants.sharedFunds(tx, claims);
    if (!shared.ok) return shared;
    for (const fundId of new Set(shared.value.values())) if (await this.allocations.hold(tx, fundId) === 'applying') return refuse('review.fund_being_shared');
    return shared;
  }

  async add(tx: Tx, ctx: Context, { assessmentId, ...granting }: Omit<Granting, 'assessment'> & { readonly assessmentId: string }): Promise<void> {
    const assessment = await this.assessments.standing(tx, assessmentId);
    if (assessment === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
    await this.grants.addPoints(tx, ctx, { ...granting, assessment });
  }

  /** Of a claim that has its share: what the new points add. The number of its entitlement; undefined while it waits, of which its owners are told here or by whoever asks. Code: `sharing.reserve_exhausted`. */
  async settle(tx: Tx, ctx: Context, claim: ClaimRow, { fundId, isToldHere }: { readonly fundId: string; readonly isToldHere: boolean }): Promise<Result<number | undefined>> {
    const isShared = await this.entitlements.latest(tx, claim.id) !== undefined;
    const settled = isShared ? await this.late.settle(tx, ctx, claim, fundId) : ok(false);
    if (!settled.ok) return settled;
    if (settled.value) return ok((await this.entitlements.latest(tx, claim.id))?.n);
    const told = isToldHere ? await this.decisions.pointed(tx, claim) : ok(undefined);
    return told.ok ? ok(undefined) : told;
  }
}
