import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { MerchantsRepository, type TwinRow } from './merchants.repository.js';
import { NO_NUMBER, shownRegistration } from './registration.rules.js';

/** What somebody who verifies a business should look at. */
export interface MerchantFinding {
  readonly code: 'no_number' | 'twins';
  /** Others with the same number. */
  readonly merchants: readonly TwinRow[];
}

export interface WaitingMerchant {
  readonly id: string;
  readonly legalName: string;
  readonly country: string;
  readonly scheme: string;
  readonly number: string;
  readonly createdAt: string;
}

/** Doubts about who a business is. For staff only: a merchant never learns that somebody else has the number. */
@Injectable()
export class MerchantFindings {
  constructor(private readonly merchants: MerchantsRepository, private readonly database: Database) {}

  async of(ctx: Context, merchantId: string): Promise<Result<{ items: MerchantFinding[] }>> {
    if (!isAllowed(ctx.actor, 'queue.read')) return refuse('merchants.not_found');
    const items = await this.about(this.database.reader, merchantId);
    return items === undefined ? refuse('merchants.not_found') : ok({ items });
  }

  /** Others with the same number, by business, for many at once. For modules above, which have asked who is asking. */
  async twinsOf(reader: Reader, merchantIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for (const { of, id } of await this.merchants.twinsOf(reader, [...new Set(merchantIds)])) found.set(of, [...(found.get(of) ?? []), id]);
    return found;
  }

  /** For modules above, which have asked who is asking. */
  async about(reader: Reader, merchantId: string): Promise<MerchantFinding[] | undefined> {
    const merchant = await this.merchants.merchant(reader, merchantId);
    if (merchant === null) return undefined;
    const twins = await this.merchants.twins(reader, merchant);
    return [
      ...(merchant.registrationScheme === NO_NUMBER ? [{ code: 'no_number' as const, merchants: [] }] : []),
      ...(twins.length === 0 ? [] : [{ code: 'twins' as const, merchants: twins }]),
    ];
  }

  /** Those nobody has verified. */
  async waiting(ctx: Context, wanted: { after?: string; limit: number }): Promise<Result<WaitingMerchant[]>> {
    if (!isAllowed(ctx.actor, 'queue.read')) return refuse('merchants.not_found');
    const rows = await this.merchants.unverified(this.database.reader, wanted);
    return ok(rows.map(({ id, legalName, country, registrationScheme, registrationValue, createdAt }) => ({
      id, legalName, country, scheme: registrationScheme, number: shownRegistration({ scheme: registrationScheme, value: registrationValue }), createdAt: createdAt.toISOString(),
    })));
  }
}
