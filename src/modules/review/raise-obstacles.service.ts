import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries, type AssessedClaim } from '../assessments/index.js';
import { Entitlements, type ClaimRow } from '../claims/index.js';
import { PolicyQueries } from '../policies/index.js';
import { Awards } from './awards.service.js';
import { automaticLimits } from './decide-by-rule.rules.js';
import { Grants } from './grants.service.js';
import { Reservations } from './reservations.service.js';

/** What keeps a rule from granting a rise. */
@Injectable()
export class RaiseObstacles {
  constructor(
    private readonly entitlements: Entitlements, private readonly reservations: Reservations, private readonly awards: Awards, private readonly grants: Grants,
    private readonly assessments: AssessmentQueries, private readonly policies: PolicyQueries,
  ) {}

  /**
   * Why no rule may grant it: above what goes without a person, for the claim or for its merchant in all; held; no fund, or none that can
   * reserve it; a cap that others have used. Where nothing is in the way, its use of caps is taken. Edge: exactly the limit is within it.
   */
  async of(tx: Tx, claim: ClaimRow, { assessmentId, result }: AssessedClaim): Promise<Result<string[]>> {
    const standing = await this.assessments.standing(tx, assessmentId);
    if (standing === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
    const limits = automaticLimits((await this.policies.version(tx, standing.policyVersionId)).resolved);
    const given = BigInt(result.cashMinor ?? '0');
    const others = await this.entitlements.automaticTotal(tx, claim.merchantId, claim.id);
    const reservable = await this.#canGrant(tx, claim, given);
    if (!reservable.ok) return reservable;
    const obstacles = [
      ...(given > limits.upTo || others + given > limits.perMerchant ? ['automatic_limit'] : []),
      ...((await this.awards.offerable(tx, claim.id)).ok ? [] : ['claim_held']),
      ...(reservable.value ? [] : ['fund_exhausted']),
    ];
    if (obstacles.length > 0) return ok(obstacles);
    return ok((await this.awards.useCaps(tx, claim, standing, given)).ok ? [] : ['cap_used']);
  }

  /** Points need no money now. */
  async #canGrant(tx: Tx, claim: ClaimRow, totalMinor: bigint): Promise<Result<boolean>> {
    const shared = await this.grants.sharedFund(tx, claim);
    if (!shared.ok) return shared;
    return shared.value === undefined ? this.reservations.canRaise(tx, claim, totalMinor) : ok(true);
  }
}
