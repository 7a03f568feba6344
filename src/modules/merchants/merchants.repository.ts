import { Injectable } from '@nestjs/common';
import type { OpeningHours, Instant } from '../../core/time/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Money } from '../../core/money/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { MerchantEntity, type StoredSize } from './merchant.entity.js';
import { SiteEntity } from './site.entity.js';

export interface NewMerchantRow {
  readonly legalName: string;
  readonly registration: { readonly scheme: string; readonly value: string };
  readonly sector: { readonly system: string; readonly code: string };
  readonly country: string;
  readonly language: string;
  readonly zone: string;
  readonly sizes: readonly StoredSize[];
  readonly createdAt: Instant;
}

export interface NewSiteRow {
  readonly merchantId: string;
  readonly name: string;
  readonly online: boolean;
  readonly zone: string;
  readonly country: string;
  readonly openingHours: OpeningHours;
  readonly at: Instant;
}

export interface NewEnrolmentRow {
  readonly merchantId: string;
  readonly siteId: string;
  readonly service: string;
  readonly region: string;
  readonly tier: string | undefined;
  readonly fee: Money | undefined;
  readonly from: Instant;
  readonly to: Instant | undefined;
  readonly source: string;
  readonly createdAt: Instant;
}

/** Everything an assessment needs of a site, in one row. */
export interface SiteFactsRow {
  readonly siteId: string;
  readonly merchantId: string;
  readonly online: boolean;
  readonly zone: string;
  readonly country: string;
  readonly openingHours: OpeningHours;
  readonly hoursEnteredAt: number;
  readonly sectorSystem: string;
  readonly sectorCode: string;
  readonly sizes: readonly StoredSize[];
  readonly verified: boolean;
  readonly enrolments: readonly { service: string; region: string; tier: string | null; feeMinor: string | null; feeCurrency: string | null; from: number; to: number | null }[];
}

export interface SiteName {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly verified: boolean;
}

@Injectable()
export class MerchantsRepository {
  async insertMerchant(tx: Tx, row: NewMerchantRow): Promise<string> {
    const [stored] = await tx.query<{ id: string }>(`
      INSERT INTO merchant (legal_name, registration_scheme, registration_value, sector_system, sector_code, country, language, zone, sizes, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
    [row.legalName, row.registration.scheme, row.registration.value, row.sector.system, row.sector.code, row.country, row.language, row.zone,
      JSON.stringify(row.sizes), formatInstant(row.createdAt)]);
    if (stored === undefined) throw new Error('the merchant was not stored');
    return stored.id;
  }

  merchant(reader: Reader, id: string): Promise<MerchantEntity | null> {
    return reader.manager.getRepository(MerchantEntity).findOneBy({ id });
  }

  sites(reader: Reader, merchantId: string): Promise<SiteEntity[]> {
    return reader.manager.getRepository(SiteEntity).find({ where: { merchantId }, order: { id: 'ASC' }, take: 500 });
  }

  site(reader: Reader, id: string): Promise<SiteEntity | null> {
    return reader.manager.getRepository(SiteEntity).findOneBy({ id });
  }

  /** What sites and their merchants are called, and the zone each keeps its clock by. */
  siteNames(reader: Reader, ids: readonly string[]): Promise<SiteName[]> {
    return reader.query<SiteName>(`
      SELECT s.id, s.name, s.zone, m.id AS "merchantId", m.legal_name AS "merchantName", m.verified_at IS NOT NULL AS verified
      FROM site s JOIN merchant m ON m.id = s.merchant_id WHERE s.id = ANY ($1::uuid[])`, [ids]);
  }

  /** False when the version seen is no longer current. */
  async verify(tx: Tx, id: string, version: number, by: string, at: Instant): Promise<boolean> {
    return await tx.execute(
      'UPDATE merchant SET verified_at = $3, verified_by = $4, version = version + 1 WHERE id = $1 AND version = $2', [id, version, formatInstant(at), by]) === 1;
  }

  async insertSite(tx: Tx, row: NewSiteRow): Promise<string> {
    const [stored] = await tx.query<{ id: string }>(`
      INSERT INTO site (merchant_id, name, online, zone, country, opening_hours, hours_entered_at, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id`,
    [row.merchantId, row.name, row.online, row.zone, row.country, JSON.stringify(row.openingHours), formatInstant(row.at)]);
    if (stored === undefined) throw new Error('the site was not stored');
    return stored.id;
  }

  async replaceHours(tx: Tx, id: string, version: number, hours: OpeningHours, at: Instant): Promise<boolean> {
    return await tx.execute(
      'UPDATE site SET opening_hours = $3, hours_entered_at = $4, version = version + 1 WHERE id = $1 AND version = $2',
      [id, version, JSON.stringify(hours), formatInstant(at)]) === 1;
  }

  async insertEnrolment(tx: Tx, row: NewEnrolmentRow): Promise<string> {
    const [stored] = await tx.query<{ id: string }>(`
      INSERT INTO enrolment (merchant_id, site_id, service_code, region, tier, fee_minor, fee_currency, during, source, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, tstzrange($8, $9, '[)'), $10, $11) RETURNING id`,
    [row.merchantId, row.siteId, row.service, row.region, row.tier ?? null, row.fee?.minor.toString() ?? null, row.fee?.currency ?? null,
      formatInstant(row.from), row.to === undefined ? null : formatInstant(row.to), row.source, formatInstant(row.createdAt)]);
    if (stored === undefined) throw new Error('the enrolment was not stored');
    return stored.id;
  }

  siteFacts(reader: Reader, siteIds: readonly string[]): Promise<SiteFactsRow[]> {
    return reader.named<SiteFactsRow>('merchant_site_facts', `
      SELECT s.id AS "siteId", s.merchant_id AS "merchantId", s.online, s.zone, s.country, s.opening_hours AS "openingHours",
             (extract(epoch FROM s.hours_entered_at) * 1000)::float8 AS "hoursEnteredAt",
             m.sector_system AS "sectorSystem", m.sector_code AS "sectorCode", m.sizes, m.verified_at IS NOT NULL AS verified,
             coalesce((SELECT json_agg(json_build_object(
               'service', e.service_code, 'region', e.region, 'tier', e.tier, 'feeMinor', e.fee_minor::text, 'feeCurrency', e.fee_currency,
               'from', (extract(epoch FROM lower(e.during)) * 1000)::bigint, 'to', (extract(epoch FROM upper(e.during)) * 1000)::bigint)
               ORDER BY e.service_code, lower(e.during)) FROM enrolment e WHERE e.site_id = s.id), '[]') AS enrolments
      FROM site s JOIN merchant m ON m.id = s.merchant_id WHERE s.id = ANY ($1::uuid[])`, [siteIds]);
  }
}
