import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Money } from '../../core/money/index.js';
import { ONE_TIER } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { StandingAssessment } from '../assessments/index.js';
import { ClaimHolds, ClaimPoints, Entitlements, type ClaimRow } from '../claims/index.js';
import { FundLedger } from '../funds/index.js';
import { PolicyQueries } from '../policies/index.js';
import { Reservations } from './reservations.service.js';

export interface Granting {
  readonly claim: ClaimRow;
  readonly determinationId: string;
  readonly assessment: { readonly id: string; readonly policyVersionId: string };
  readonly gross: Money;
}

export interface Granted {
  /** Of the entitlement; undefined where points were granted. */
  readonly n: number | undefined;
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

  /** Minor units that decisions have granted, by claim: points where there are some, since what stands then is the share of them. */
  async grantedOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const points = await this.points.latestOf(reader, claimIds);
    return new Map([...await this.entitlements.latestOf(reader, claimIds), ...[...points].map(([id, { pointsMinor }]) => [id, BigInt(pointsMinor)] as const)]);
  }

  /** What rules have granted of each merchant's claims: as `Entitlements.automatic`. */
  automatic(tx: Tx, merchantIds: readonly string[]): ReturnType<Entitlements['automatic']> {
    return this.entitlements.automatic(tx, merchantIds);
  }

  /** By claim the fund, of those whose fund is one that is shared. */
  async sharedFunds(tx: Tx, claims: readonly ClaimRow[]): Promise<Result<ReadonlyMap<string, string>>> {
    const shared = new Map<string, string>();
    for (const schemeId of new Set(claims.map((claim) => claim.schemeId))) {
      const ofScheme = claims.filter((claim) => claim.schemeId === schemeId);
      const fundId = await this.reservations.fundOf(tx, ofScheme[0] as ClaimRow);
      if (!fundId.ok && fundId.refusal.code !== 'review.fund_missing') return fundId;
      if (fundId.ok && await this.ledger.modeOf(tx, fundId.value) === 'shared') ofScheme.forEach(({ id }) => shared.set(id, fundId.value));
    }
    return ok(shared);
  }

  /** Of different claims, in the order given. */
  async grantAll(tx: Tx, ctx: Context, grantings: readonly (Granting & { readonly assessment: Pick<StandingAssessment, 'result'> })[]): Promise<Result<Granted[]>> {
    const shared = await this.sharedFunds(tx, grantings.map(({ claim }) => claim));
    if (!shared.ok) return shared;
    const owed = grantings.filter(({ claim }) => !shared.value.has(claim.id));
    const entitled = await this.entitlements.grantAll(tx, owed.map(({ claim, determinationId, assessment, gross }) => ({ claim, determinationId, assessmentId: assessment.id, result: assessment.result, gross })));
    const held = await this.reservations.reserveOrHold(tx, ctx, owed.map(({ claim, gross }, index) => ({ claim, n: entitled[index]?.n ?? 0, total: gross })));
    if (!held.ok) return held;
    const granted = new Map<string, Granted>(owed.map(({ claim }, index) => [claim.id, { n: entitled[index]?.n, isHeld: held.value.has(claim.id) }]));
    for (const granting of grantings) if (shared.value.has(granting.claim.id)) granted.set(granting.claim.id, await this.addPoints(tx, ctx, granting));
    return ok(grantings.map(({ claim }) => granted.get(claim.id) as Granted));
  }

  /** Points wait under a `fund` hold until the fund has been shared; what was given of them before stays reserved, and is not held. */
  async addPoints(tx: Tx, ctx: Context, { claim, determinationId, assessment, gross }: Granting): Promise<Granted> {
    await this.points.grant(tx, claim, { determinationId, assessmentId: assessment.id, tier: await this.#tierOf(tx, claim, assessment.policyVersionId), minor: gross.minor });
    const isShared = await this.entitlements.latest(tx, claim.id) !== undefined;
    if (!isShared) await this.holds.place(tx, ctx, claim, { kind: 'fund' });
    return { n: undefined, isHeld: !isShared };
  }

  /** The answer that the rule of the fund names; one tier for all where it names none. */
  async #tierOf(tx: Tx, { answers }: ClaimRow, policyVersionId: string): Promise<string> {
    const tierBy = (await this.policies.version(tx, policyVersionId)).resolved.sharing?.tierBy;
    const answer = tierBy === undefined ? ONE_TIER : answers[tierBy];
    return typeof answer === 'string' ? answer : '';
  }
}
