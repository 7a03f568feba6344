import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { ClaimPointsRepository } from './claim-points.repository.js';
import type { ClaimRow } from './views/claim-row.js';
import type { PointsRow, SharingClaim, UndecidedClaim } from './views/points-row.js';

const PAGE = 5_000;

/** What decisions on a shared fund grant: what a claim comes to in full, and in which tier. Its entitlement is its share, when the fund has been shared. */
@Injectable()
export class ClaimPoints {
  constructor(private readonly points: ClaimPointsRepository, private readonly clock: Clock) {}

  grant(tx: Tx, claim: ClaimRow, granted: { determinationId: string; assessmentId: string; tier: string; minor: bigint }): Promise<void> {
    const { minor, ...rest } = granted;
    return this.points.grant(tx, { claimId: claim.id, merchantId: claim.merchantId, ...rest, pointsMinor: String(minor), currency: claim.currency, at: this.clock.now() });
  }

  async latest(reader: Reader, claimId: string): Promise<PointsRow | undefined> {
    return (await this.points.latestOf(reader, [claimId]))[0];
  }

  async latestOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, PointsRow>> {
    return new Map((await this.points.latestOf(reader, claimIds)).map((row) => [row.claimId, row]));
  }

  /** Every decided claim of the schemes that has points. */
  async sharing(reader: Reader, schemeIds: readonly string[]): Promise<SharingClaim[]> {
    const found: SharingClaim[] = [];
    for (let after: string | undefined; ;) {
      const page = await this.points.sharing(reader, schemeIds, { ...(after === undefined ? {} : { after }), limit: PAGE });
      found.push(...page);
      after = page.at(-1)?.claimId;
      if (after === undefined || page.length < PAGE) return found;
    }
  }

  undecided(reader: Reader, schemeIds: readonly string[], limit: number): Promise<UndecidedClaim[]> {
    return this.points.undecided(reader, schemeIds, limit);
  }
}
