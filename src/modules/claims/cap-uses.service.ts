import { Injectable } from '@nestjs/common';
import type { CapUse } from '../../core/assessment/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { CapUsesRepository } from './cap-uses.repository.js';
import type { ClaimRow } from './views/claim-row.js';

/** Caps that several claims share (`limit` steps): whoever is decided first uses them first. */
@Injectable()
export class CapUses {
  constructor(private readonly caps: CapUsesRepository) {}

  /**
   * Takes what an award uses of each cap, in place of what the claim used before. Code: `claims.cap_exceeded` when others have used
   * it meanwhile: the working is stale. Edge: exactly what is left fits.
   */
  async take(tx: Tx, claim: ClaimRow, uses: readonly CapUse[]): Promise<Result<void>> {
    const others = new Map((await this.caps.lock(tx, claim.id, claim.currency, uses)).map(({ key, othersMinor }) => [key, BigInt(othersMinor)]));
    const over = uses.find(({ key, usedMinor, capMinor }) => (others.get(key) ?? 0n) + usedMinor > capMinor);
    if (over !== undefined) return refuse('claims.cap_exceeded');
    await this.caps.put(tx, claim, uses);
    return ok(undefined);
  }

  /** Of claims whose award uses no shared cap: what they used before is given back. */
  useNone(tx: Tx, claimIds: readonly string[]): Promise<void> {
    return this.caps.release(tx, claimIds);
  }

  /** Gives back what a claim used that ends without payment. */
  release(tx: Tx, claimId: string): Promise<void> {
    return this.caps.release(tx, [claimId]);
  }

  lower(tx: Tx, claimId: string, mostMinor: bigint): Promise<void> {
    return this.caps.lower(tx, claimId, mostMinor);
  }

  /** Minor units that other claims use, by claim and key of a cap; a cap that nobody else uses is left out. */
  async of(reader: Reader, claims: readonly { id: string; siteId: string; merchantId: string }[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    const found = new Map<string, Record<string, string>>();
    for (const { claimId, key, usedMinor } of await this.caps.of(reader, claims)) found.set(claimId, { ...found.get(claimId), [key]: usedMinor });
    return found;
  }
}
