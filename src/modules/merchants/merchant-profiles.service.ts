import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant } from '../../core/time/index.js';
import { mayFor, userIdOf, visibleMerchants } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { People } from '../identity/index.js';
import type { Address } from './contact.rules.js';
import { MerchantRecords } from './merchant-records.service.js';
import type { MerchantEntity, StoredSize } from './merchant.entity.js';
import { MerchantsRepository } from './merchants.repository.js';
import { changesIdentity, readProfile, readSizes, type Profile, type ProfileInput } from './profile.rules.js';
import { shownRegistration } from './registration.rules.js';

export interface NewMerchant extends ProfileInput {
  /** The signatory; the acting person when left out. */
  readonly ownerId?: string;
}

/** What is left out stays; `null` takes away. */
export interface MerchantEdit extends Partial<Omit<ProfileInput, 'phone' | 'address'>> {
  readonly phone?: string | null;
  readonly address?: Address | null;
}

export interface MerchantView {
  readonly self: string;
  readonly id: string;
  readonly legalName: string;
  /** The value is compacted, `typed` is as somebody wrote it, `shown` as such numbers are usually written. */
  readonly registration: { readonly scheme: string; readonly value: string; readonly typed: string; readonly shown: string };
  readonly sector: { readonly system: string; readonly code: string };
  readonly country: string;
  readonly language: string;
  readonly zone: string;
  readonly sizes: readonly StoredSize[];
  readonly phone: string | null;
  readonly address: Address | null;
  readonly verified: boolean;
  readonly version: number;
}

/** Who a merchant is, and whether staff have verified it. */
@Injectable()
export class MerchantProfiles {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly merchants: MerchantsRepository,
    private readonly people: People,
    private readonly records: MerchantRecords,
    private readonly clock: Clock,
  ) {}

  async create(ctx: Context, merchant: NewMerchant): Promise<Result<MerchantView>> {
    return this.work.run(ctx, async (tx): Promise<Result<MerchantView>> => {
      const opened = await this.open(tx, ctx, merchant);
      if (opened.ok) await this.people.addMember(tx, { userId: merchant.ownerId ?? userIdOf(ctx.actor), merchantId: opened.value.id, role: 'owner' });
      return opened;
    });
  }

  /** A business without a member yet, in the caller's transaction: who signs for it comes when they have confirmed. */
  async open(tx: Tx, ctx: Context, merchant: ProfileInput): Promise<Result<MerchantView>> {
    const profile = this.#read(merchant);
    if (!profile.ok) return profile;
    const id = await this.merchants.insertMerchant(tx, { ...profile.value, createdAt: this.clock.now() });
    await this.records.note(tx, ctx, { what: 'merchant.created', merchantId: id, data: { country: merchant.country }, isNew: true });
    const stored = await this.merchants.merchant(tx, id);
    return stored === null ? refuse('merchants.not_found') : ok(view(stored));
  }

  async get(ctx: Context, id: string): Promise<Result<MerchantView>> {
    const found = mayFor(ctx.actor, 'merchant.read', id) ? await this.merchants.merchant(this.database.reader, id) : null;
    return found === null ? refuse('merchants.not_found') : ok(view(found));
  }

  /** The businesses somebody acts for. */
  async mine(ctx: Context): Promise<{ id: string; legalName: string; verified: boolean }[]> {
    const own = ctx.actor.kind === 'user' ? ctx.actor.memberships.map(({ merchantId }) => merchantId) : [];
    const visible = visibleMerchants(ctx.actor, 'merchant.read');
    return this.merchants.named(this.database.reader, visible === undefined ? own : own.filter((id) => visible.includes(id)));
  }

  /** Changes what is named. Another name, country or number is looked at by staff again: they vouched for the one before. */
  edit(ctx: Context, id: string, version: number, change: MerchantEdit): Promise<Result<MerchantView>> {
    return this.work.run(ctx, async (tx) => {
      const found = mayFor(ctx.actor, 'merchant.edit', id) ? await this.merchants.merchant(tx, id) : null;
      if (found === null) return refuse('merchants.not_found');
      const before = profileOf(found);
      const after = this.#read(edited(before, change));
      if (!after.ok) return after;
      const again = found.verifiedAt !== null && changesIdentity(before, after.value);
      if (!(await this.merchants.edit(tx, id, version, after.value, again))) return refuse('http.stale', { seen: version, current: found.version });
      await this.records.note(tx, ctx, { what: 'merchant.edited', merchantId: id, data: { fields: Object.keys(change).sort(), verificationLapsed: again } });
      return ok({ ...view(found), ...shownOf(after.value), verified: found.verifiedAt !== null && !again, version: version + 1 });
    });
  }

  /** A staff member has checked that the business is who it says. Another verified business with the number is a conflict. */
  verify(ctx: Context, id: string, version: number): Promise<Result<MerchantView>> {
    return this.work.run(ctx, async (tx) => {
      const found = await this.merchants.merchant(tx, id);
      if (found === null) return refuse('merchants.not_found');
      if (found.verifiedAt !== null) return refuse('merchants.already_verified');
      const moved = await this.merchants.verify(tx, id, version, userIdOf(ctx.actor), this.clock.now());
      if (!moved) return refuse('http.stale', { seen: version, current: found.version });
      await this.records.note(tx, ctx, { what: 'merchant.verified', merchantId: id });
      return ok({ ...view(found), verified: true, version: version + 1 });
    });
  }

  #read(input: ProfileInput): Result<Profile> {
    const sizes = readSizes(input.sizes, Number.parseInt(formatInstant(this.clock.now()).slice(0, 4), 10));
    return sizes.ok ? readProfile(input) : sizes;
  }
}

const profileOf = (row: MerchantEntity): Profile => ({
  legalName: row.legalName, registration: { scheme: row.registrationScheme, value: row.registrationValue, typed: row.registrationTyped },
  sector: { system: row.sectorSystem, code: row.sectorCode }, country: row.country, language: row.language, zone: row.zone, sizes: row.sizes,
  phone: row.phone, address: row.address,
});

/** A number that is not changed keeps the way it was written. */
function edited(before: Profile, { phone, address, ...change }: MerchantEdit): ProfileInput {
  const { phone: oldPhone, address: oldAddress, registration, ...rest } = before;
  const [newPhone, newAddress] = [phone === undefined ? oldPhone : phone, address === undefined ? oldAddress : address];
  return {
    ...rest, registration: { scheme: registration.scheme, value: registration.typed === '' ? registration.value : registration.typed }, ...change,
    ...(newPhone === null ? {} : { phone: newPhone }), ...(newAddress === null ? {} : { address: newAddress }),
  };
}

const shownOf = ({ registration, ...profile }: Profile) => ({ ...profile, registration: { ...registration, shown: shownRegistration(registration) } });

const view = (row: MerchantEntity): MerchantView => ({
  self: `/v1/merchants/${row.id}`, id: row.id, ...shownOf(profileOf(row)), verified: row.verifiedAt !== null, version: row.version,
});
