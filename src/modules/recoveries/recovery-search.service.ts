import { Injectable } from '@nestjs/common';
import { systemActor } from '../../platform/access/actor.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimQueries, readReference } from '../claims/index.js';
import { MerchantQueries } from '../merchants/index.js';

/** Which business somebody means. */
@Injectable()
export class RecoverySearch {
  constructor(private readonly merchants: MerchantQueries, private readonly claims: ClaimQueries) {}

  /** The one with this registration number, or this claim. */
  async business(reader: Reader, typed: string): Promise<string | undefined> {
    const reference = readReference(typed);
    if (reference === undefined) return this.merchants.byNumber(reader, typed);
    const claim = await this.claims.byReference({ actor: systemActor('recoveries'), requestId: '' }, reference);
    return claim.ok ? claim.value.merchantId : undefined;
  }
}
