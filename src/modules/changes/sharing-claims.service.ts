import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { ShareBasis } from '../../core/sharing/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { ClaimLifecycle, ClaimPoints, Entitlements } from '../claims/index.js';
import type { GivenShare } from '../review/index.js';
import type { RehearsedClaim } from './rehearsal.rules.js';

/** The claims of an allocation under their locks, with what they were granted. */
@Injectable()
export class SharingClaims {
  constructor(private readonly lifecycle: ClaimLifecycle, private readonly points: ClaimPoints, private readonly entitlements: Entitlements) {}

  async locked(tx: Tx, items: readonly RehearsedClaim[]): Promise<Result<GivenShare[]>> {
    const ids = items.map(({ claimId }) => claimId);
    const claims = await this.lifecycle.lockedAll(tx, ids);
    if (!claims.ok) return claims;
    const [points, granted] = [await this.points.latestOf(tx, ids), await this.entitlements.latestOf(tx, ids)];
    return ok(items.flatMap(({ claimId, after, causes: [cause] }) => {
      const [claim, own] = [claims.value.get(claimId), points.get(claimId)];
      return claim === undefined || own === undefined ? [] : [{ claim, points: own, grantedMinor: granted.get(claimId) ?? 0n, totalMinor: after.minor, basis: cause?.cause as ShareBasis }];
    }));
  }
}
