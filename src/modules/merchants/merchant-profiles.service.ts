import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { isZone } from '../../core/time/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { People } from '../identity/index.js';
import type { MerchantEntity, StoredSize } from './merchant.entity.js';
import { MerchantsRepository } from './merchants.repository.js';

export interface NewMerchant {
  readonly legalName: string;
  readonly registration: { readonly scheme: string; readonly value: string };
  readonly sector: { readonly system: string; readonly code: string };
  readonly country: string;
  readonly language: string;
  readonly zone: string;
  readonly sizes: readonly StoredSize[];
  /** The signatory; the acting person when left out. */
  readonly ownerId?: string;
}

export interface MerchantView {
  readonly self: string;
  readonly id: string;
  readonly legalName: string;
  readonly registration: { readonly scheme: string; readonly value: string };
  readonly sector: { readonly system: string; readonly code: string };
  readonly country: string;
  readonly language: string;
  readonly zone: string;
  readonly sizes: readonly StoredSize[];
  readonly verified: boolean;
  readonly version: number;
}

const compacted = (value: string): string => value.replaceAll(/[\s.\-/]/g, '').toUpperCase();

/** Who a merchant is, and whether staff have verified it. */
@Injectable()
export class MerchantProfiles {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly merchants: MerchantsRepository,
    private readonly people: People,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async create(ctx: Context, merchant: NewMerchant): Promise<Result<MerchantView>> {
    if (!isZone(merchant.zone)) return refuse('time.zone_unknown', { zone: merchant.zone }, { pointer: '/zone' });
    const value = compacted(merchant.registration.value);
    if (value === '' && merchant.registration.scheme !== 'none') return refuse('merchants.registration_missing', {}, { pointer: '/registration/value' });
    const registration = { scheme: merchant.registration.scheme, value };
    return this.work.run(ctx, async (tx) => {
      const id = await this.merchants.insertMerchant(tx, { ...merchant, registration, createdAt: this.clock.now() });
      await this.people.addMember(tx, { userId: merchant.ownerId ?? userIdOf(ctx.actor), merchantId: id, role: 'owner' });
      await this.audit.record(tx, ctx, { aggregate: { type: 'merchant', id }, action: 'merchant.created', data: { country: merchant.country }, isNew: true });
      const stored = await this.merchants.merchant(tx, id);
      return stored === null ? refuse('merchants.not_found') : ok(view(stored));
    });
  }

  async get(ctx: Context, id: string): Promise<Result<MerchantView>> {
    const found = mayFor(ctx.actor, 'merchant.read', id) ? await this.merchants.merchant(this.database.reader, id) : null;
    return found === null ? refuse('merchants.not_found') : ok(view(found));
  }

  /** A staff member has checked that the business is who it says. Another verified business with the number is a conflict. */
  verify(ctx: Context, id: string, version: number): Promise<Result<MerchantView>> {
    return this.work.run(ctx, async (tx) => {
      const found = await this.merchants.merchant(tx, id);
      if (found === null) return refuse('merchants.not_found');
      if (found.verifiedAt !== null) return refuse('merchants.already_verified');
      const moved = await this.merchants.verify(tx, id, version, userIdOf(ctx.actor), this.clock.now());
      if (!moved) return refuse('http.stale', { seen: version, current: found.version });
      await this.audit.record(tx, ctx, { aggregate: { type: 'merchant', id }, action: 'merchant.verified', data: {} });
      return ok({ ...view(found), verified: true, version: version + 1 });
    });
  }
}

const view = (row: MerchantEntity): MerchantView => ({
  self: `/v1/merchants/${row.id}`, id: row.id, legalName: row.legalName, registration: { scheme: row.registrationScheme, value: row.registrationValue },
  sector: { system: row.sectorSystem, code: row.sectorCode }, country: row.country, language: row.language, zone: row.zone, sizes: row.sizes,
  verified: row.verifiedAt !== null, version: row.version,
});

