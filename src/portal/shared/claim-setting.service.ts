import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import type { ClaimDetail } from '../../modules/claims/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { RegisterQueries, type ServiceView } from '../../modules/outages/index.js';
import { SchemeQueries, type SchemeView } from '../../modules/schemes/index.js';

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
  ) {}

  async of(claim: ClaimDetail): Promise<Result<ClaimSetting>> {
    const { reader } = this.database;
    const scheme = await this.schemes.view(reader, claim.schemeId);
    if (!scheme.ok) return scheme;
    const site = (await this.merchants.siteNames(reader, [claim.siteId])).get(claim.siteId);
    if (site === undefined) throw new TypeError(`site ${claim.siteId} does not exist`);
    const services = await Promise.all(claim.services.map((code) => this.register.service(reader, code)));
    return ok({ site, scheme: scheme.value, services: services.flatMap((service) => (service.ok ? [service.value] : [])) });
  }
}
