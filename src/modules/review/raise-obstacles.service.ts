import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries, type AssessedClaim, type StandingAssessment } from '../assessments/index.js';
import type { ClaimRow } from '../claims/index.js';
import { PolicyQueries } from '../policies/index.js';
import { Awards } from './awards.service.js';
import { automaticLimits } from './decide-by-rule.rules.js';
import { Grants } from './grants.service.js';
import { Reservations, type RoomToRaise } from './reservations.service.js';

/** A claim, and what it came to when it was assessed again. */
export interface Rise {
  readonly claim: ClaimRow;
  readonly assessed: AssessedClaim;
}

export const givenBy = ({ cashMinor }: AssessedClaim['result']): bigint => BigInt(cashMinor ?? '0');

/** What keeps a rule from granting rises. */
@Injectable()
export class RaiseObstacles {
  constructor(
    private readonly grants: Grants, private readonly reservations: Reservations, private readonly awards: Awards, private readonly assessments: AssessmentQueries,
    private readonly policies: PolicyQueries,
  ) {}

  /**
   * By claim, why no rule may grant it: above what goes without a person, for the claim or for its merchant in all; held; no fund, or none that can
   * reserve it; a cap that others have used. One after the other, since what one takes the next has not; where nothing is in the way, its use of caps
   * is taken. Edge: exactly the limit is within it.
   */
  async of(tx: Tx, rises: readonly Rise[]): Promise<Result<ReadonlyMap<string, readonly string[]>>> {
    const standing = await this.assessments.standingOf(tx, rises.map(({ assessed }) => assessed.assessmentId));
    const automatic = new Map([...await this.grants.automatic(tx, rises.map(({ claim }) => claim.merchantId))].map(([id, claims]) => [id, new Map(claims)]));
    const held = await this.awards.heldOf(tx, rises.map(({ claim }) => claim.id));
    const room = await this.#room(tx, rises.map(({ claim }) => claim));
    if (!room.ok) return room;
    const found = new Map<string, readonly string[]>();
    for (const { claim, assessed: { assessmentId, result } } of rises) {
      const assessment = standing.get(assessmentId);
      if (assessment === undefined) throw new TypeError(`assessment ${assessmentId} is gone`);
      const [limits, given] = [automaticLimits((await this.policies.version(tx, assessment.policyVersionId)).resolved), givenBy(result)];
      const granted = automatic.get(claim.merchantId) ?? new Map<string, bigint>();
      const others = [...granted].reduce((sum, [id, minor]) => (id === claim.id ? sum : sum + minor), 0n);
      const obstacles = [
        ...(given > limits.upTo || others + given > limits.perMerchant ? ['automatic_limit'] : []), ...(held.has(claim.id) ? ['claim_held'] : []),
        ...(room.value.fits(claim, given) ? [] : ['fund_exhausted']),
      ];
      const why = obstacles.length > 0 || await this.#takesCaps(tx, claim, assessment, given) ? obstacles : ['cap_used'];
      found.set(claim.id, why);
      if (why.length > 0) continue;
      room.value.take(claim, given);
      automatic.set(claim.merchantId, granted.set(claim.id, given));
    }
    const free = rises.filter(({ claim, assessed: { result } }) => found.get(claim.id)?.length === 0 && !this.reservations.usesCaps(result, givenBy(result)));
    await this.awards.useNoCaps(tx, free.map(({ claim }) => claim.id));
    return ok(found);
  }

  /** What funds could add; points need no money now. */
  async #room(tx: Tx, claims: readonly ClaimRow[]): Promise<Result<Pick<RoomToRaise, 'fits' | 'take'>>> {
    const shared = await this.grants.sharedFunds(tx, claims);
    if (!shared.ok) return shared;
    const room = await this.reservations.roomToRaise(tx, claims);
    if (!room.ok) return room;
    return ok({
      fits: (claim, totalMinor) => shared.value.has(claim.id) || room.value.fits(claim, totalMinor),
      take: (claim, totalMinor) => (shared.value.has(claim.id) ? undefined : room.value.take(claim, totalMinor)),
    });
  }

  /** Whether nothing is taken, or all of it fits. */
  async #takesCaps(tx: Tx, claim: ClaimRow, assessment: StandingAssessment, given: bigint): Promise<boolean> {
    return !this.awards.usesCaps(assessment, given) || (await this.awards.useCaps(tx, claim, assessment, given)).ok;
  }
}
