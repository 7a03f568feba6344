import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Instant, IntervalSet } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { ClaimClocks, ClaimDetail, ClaimRow, ClaimState } from '../../modules/claims/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { ClaimPayments, type MoneyStanding } from '../../modules/payouts/index.js';
import { RegisterQueries, type ServiceView } from '../../modules/outages/index.js';
import { RequestQueries, type RequestList, type Waiting } from '../../modules/review/index.js';
import { SchemeQueries, type SchemeView } from '../../modules/schemes/index.js';
import { ClaimObjections } from './claim-objections.service.js';

/** Whose claim it is, under which scheme, about which services. */
export interface ClaimSetting {
  readonly site: SiteName;
  readonly scheme: SchemeView;
  readonly services: readonly ServiceView[];
}

@Injectable()
export class ClaimSettings {
  constructor(
    private readonly database: Database,
    private readonly merchants: MerchantQueries,
    private readonly schemes: SchemeQueries,
    private readonly register: RegisterQueries,
    private readonly requests: RequestQueries,
    private readonly objections: ClaimObjections,
    private readonly payments: ClaimPayments,
  ) {}

  async of(claim: ClaimDetail): Promise<Result<ClaimSetting>> {
    const { reader } = this.database;
    const scheme = await this.schemes.view(reader, claim.schemeId);
    if (!scheme.ok) return scheme;
    const site = await this.site(claim.siteId);
    return ok({ site, scheme: scheme.value, services: await this.services(claim.services) });
  }

  /** Services by their codes; one that is gone is left out. */
  services(codes: readonly string[]): Promise<ServiceView[]> {
    return this.register.servicesByCode(this.database.reader, codes);
  }

  /** Where its offer and its objection stand. */
  standing(claim: ClaimDetail, clocks: ClaimClocks): ReturnType<ClaimObjections['standingOf']> {
    return this.objections.standingOf(this.database.reader, claim, clocks);
  }

  /** When this portal was down since then. */
  ownDowntime(from: Instant): Promise<IntervalSet> {
    return this.register.ownDowntime(this.database.reader, from);
  }

  /** What was asked of the merchant, as the reader may see it. */
  asked(ctx: Context, claim: ClaimRow, ground: Parameters<RequestQueries['within']>[2]): Promise<Result<RequestList>> {
    return this.requests.within(ctx, claim, ground);
  }

  /** By claim: when it waited for its merchant. */
  waiting(claimIds: readonly string[]): Promise<ReadonlyMap<string, Waiting>> {
    return this.requests.waiting(this.database.reader, claimIds);
  }

  /** By accepted claim: where its money stands, and what its business has to do about its account. */
  money(claims: readonly { readonly id: string; readonly state: ClaimState }[]): Promise<ReadonlyMap<string, MoneyStanding>> {
    return this.payments.standings([...new Set(claims.flatMap(({ id, state }) => (state === 'accepted' ? id : [])))]);
  }

  /** A site that a claim names; that it exists is a foreign key's promise. */
  async site(id: string): Promise<SiteName> {
    const site = (await this.merchants.siteNames(this.database.reader, [id])).get(id);
    if (site === undefined) throw new TypeError(`site ${id} does not exist`);
    return site;
  }
}
