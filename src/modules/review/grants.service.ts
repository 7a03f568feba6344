import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Money } from '../../core/money/index.js';
import { ONE_TIER } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { ClaimHolds, ClaimPoints, Entitlements, type ClaimRow } from '../claims/index.js';
import { FundLedger } from '../funds/index.js';
import { PolicyQueries } from '../policies/index.js';
import { Reservations } from './reservations.service.js';

export interface Granting {
  readonly determinationId: string;
  readonly assessment: { readonly id: string; readonly policyVersionId: string };
  readonly gross: Money;
}

export interface Granted {
  /** Of the entitlement; undefined where points were granted. */
  readonly n: number | undefined;
  readonly before: Money;
  /** The fund keeps nothing for it yet. */
  readonly isHeld: boolean;
}

/** What a decision grants: an entitlement that the fund reserves, or points where the fund is shared among all later. */
@Injectable()
export class Grants {
  constructor(
    private readonly entitlements: Entitlements, private readonly points: ClaimPoints, private readonly reservations: Reservations, private readonly ledger: FundLedger,
    private readonly policies: PolicyQueries, private readonly holds: ClaimHolds,
  ) {}

  /** Minor units that decisions have granted: points where there are some, since what stands then is the share of them. */
  async grantedMinor(reader: Reader, claimId: string): Promise<bigint> {
    const points = await this.points.latest(reader, claimId);
    return points === undefined ? (await this.entitlements.latestOf(reader, [claimId])).get(claimId) ?? 0n : BigInt(points.pointsMinor);
  }

  /** What rules have granted a merchant in all. */
  automaticTotal(tx: Tx, merchantId: string): Promise<bigint> {
    return this.entitlements.automaticTotal(tx, merchantId);
  }

  /** The fund of the claim, if it is one that is shared. Edge: of a scheme without a fund there is none. */
  async sharedFund(tx: Tx, claim: ClaimRow): Promise<Result<string | undefined>> {
    const fundId = await this.reservations.fundOf(tx, claim);
    if (!fundId.ok) return fundId.refusal.code === 'review.fund_missing' ? ok(undefined) : fundId;
    return ok(await this.ledger.modeOf(tx, fundId.value) === 'shared' ? fundId.value : undefined);
  }

  /** Points wait under a `fund` hold until the fund has been shared; what was given of them before stays reserved, and is not held. */
  async grant(tx: Tx, ctx: Context, claim: ClaimRow, { determinationId, assessment, gross }: Granting): Promise<Result<Granted>> {
    const shared = await this.sharedFund(tx, claim);
    if (!shared.ok) return shared;
    if (shared.value === undefined) {
      const granted = await this.entitlements.grant(tx, claim, determinationId, assessment.id, gross);
      const held = await this.reservations.reserveOrHold(tx, ctx, claim, { n: granted.n, total: gross });
      return held.ok ? ok({ n: granted.n, before: granted.before, isHeld: held.value }) : held;
    }
    const before = { ...gross, minor: await this.grantedMinor(tx, claim.id) };
    await this.points.grant(tx, claim, { determinationId, assessmentId: assessment.id, tier: await this.#tierOf(tx, claim, assessment.policyVersionId), minor: gross.minor });
    const isShared = await this.entitlements.latest(tx, claim.id) !== undefined;
    if (!isShared) await this.holds.place(tx, ctx, claim, { kind: 'fund' });
    return ok({ n: undefined, before, isHeld: !isShared });
  }

  /** The answer that the rule of the fund names; one tier for all where it names none. */
  async #tierOf(tx: Tx, { answers }: ClaimRow, policyVersionId: string): Promise<string> {
    const tierBy = (await this.policies.version(tx, policyVersionId)).resolved.sharing?.tierBy;
    const answer = tierBy === undefined ? ONE_TIER : answers[tierBy];
    return typeof answer === 'string' ? answer : '';
  }
}
