import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimHolds, type ClaimRow } from '../../claims/index.js';
import { requireProof } from '../../identity/index.js';
import { MerchantHolds } from '../../merchants/index.js';

/** What keeps a signatory from answering an offer that could be answered. */
@Injectable()
export class OfferStops {
  constructor(private readonly business: MerchantHolds, private readonly claims: ClaimHolds, private readonly clock: Clock) {}

  /** A proof of who accepts is asked for last, so that nobody proves it for what would be refused all the same. */
  async clear(tx: Tx, { actor }: Context, { id, merchantId }: ClaimRow, accepts: boolean): Promise<Result<void>> {
    const business = await this.business.clear(tx, merchantId);
    if (!business.ok || !accepts) return business;
    const claim = await this.claims.clear(tx, id, 'accept');
    if (!claim.ok) return claim;
    const proved = requireProof(actor, this.clock.now());
    return proved.ok ? ok(undefined) : proved;
  }
}
