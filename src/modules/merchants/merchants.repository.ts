import { Injectable } from '@nestjs/common';
import type { OpeningHours, Instant } from '../../core/time/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { Address } from './contact.rules.js';
import { MerchantEntity, type StoredSize } from './merchant.entity.js';
import type { Profile } from './profile.rules.js';
import { SiteEntity } from './site.entity.js';

export interface NewMerchantRow extends Profile {
  readonly createdAt: Instant;
}

/** A business with the number of another one. */
export interface TwinRow {
  readonly id: string;
  readonly legalName: string;
  readonly verified: boolean;
}

export interface NewSiteRow {
  readonly merchantId: string;
  readonly name: string;
  readonly online: boolean;
  readonly zone: string;
  readonly country: string;
  readonly address: Address | null;
  readonly openingHours: OpeningHours;
  readonly at: Instant;
}

/** What of a site is changed apart from its hours. */
export type SiteEditRow = Pick<NewSiteRow, 'name' | 'online' | 'country' | 'address'>;

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

const PROFILE_COLUMNS = 'legal_name, registration_scheme, registration_value, registration_typed, sector_system, sector_code, country, language, zone, sizes, phone, address';
const jsonOf = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
const profileValues = (row: Profile): unknown[] => [
  row.legalName, row.registration.scheme, row.registration.value, row.registration.typed, row.sector.system, row.sector.code, row.country, row.language, row.zone,
  JSON.stringify(row.sizes), row.phone, jsonOf(row.address),
];

@Injectable()
export class MerchantsRepository {
  async insertMerchant(tx: Tx, row: NewMerchantRow): Promise<string> {
    const [stored] = await tx.query<{ id: string }>(`
      INSERT INTO merchant (${PROFILE_COLUMNS}, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id`, [...profileValues(row), formatInstant(row.createdAt)]);
    if (stored === undefined) throw new Error('the merchant was not stored');
    return stored.id;
  }

  /** False when the version seen is no longer current. With `again` staff have to look once more. */
  async edit(tx: Tx, id: string, version: number, profile: Profile, again: boolean): Promise<boolean> {
    return await tx.execute(`
      UPDATE merchant SET (${PROFILE_COLUMNS}) = ROW ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14),
        verified_at = CASE WHEN $15 THEN NULL ELSE verified_at END, verified_by = CASE WHEN $15 THEN NULL ELSE verified_by END, version = version + 1
      WHERE id = $1 AND version = $2`, [id, version, ...profileValues(profile), again]) === 1;
  }

  /** Held until the commit, so that two who change its people see each other. */
  async lock(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query('SELECT FROM merchant WHERE id = $1 FOR NO KEY UPDATE', [id])).length > 0;
  }

  /** Held until the commit against `lock`, and by many at once. */
  async lockShared(tx: Tx, id: string): Promise<void> {
    await tx.query('SELECT FROM merchant WHERE id = $1 FOR SHARE', [id]);
  }

  /** Of those with a number, the verified one, else all. */
  async byNumber(reader: Reader, compact: string): Promise<string[]> {
    const rows = await reader.query<{ id: string; verified: boolean }>(`
      SELECT id, verified_at IS NOT NULL AS verified FROM merchant WHERE registration_value = $1 AND registration_scheme <> 'none' ORDER BY id LIMIT 50`, [compact]);
    const verified = rows.filter((row) => row.verified);
    return (verified.length > 0 ? verified : rows).map(({ id }) => id);
  }

  /** Verified businesses by kind and number; a number belongs to one. */
  verifiedByRegistration(reader: Reader, wanted: readonly { scheme: string; value: string }[]): Promise<{ id: string; scheme: string; value: string }[]> {
    return reader.query(`
      SELECT m.id, m.registration_scheme AS scheme, m.registration_value AS value
      FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS w (scheme, value)) w
      JOIN merchant m ON m.registration_scheme = w.scheme AND m.registration_value = w.value WHERE m.verified_at IS NOT NULL AND m.registration_scheme <> 'none'`,
    [wanted.map(({ scheme }) => scheme), wanted.map(({ value }) => value)]);
  }

  named(reader: Reader, ids: readonly string[]): Promise<{ id: string; legalName: string; verified: boolean }[]> {
    return reader.query(`
      SELECT id, legal_name AS "legalName", verified_at IS NOT NULL AS verified FROM merchant WHERE id = ANY ($1::uuid[]) ORDER BY legal_name, id`, [ids]);
  }

  /** Others with the same number, verified or not. */
  /** Of each business the others with its number, fifty at most. */
  twinsOf(reader: Reader, ids: readonly string[]): Promise<{ of: string; id: string }[]> {
    return reader.named('merchant_twins_of', `
      SELECT own.id AS "of", twin.id FROM merchant own CROSS JOIN LATERAL (
        SELECT m.id FROM merchant m WHERE m.registration_scheme = own.registration_scheme AND m.registration_value = own.registration_value AND m.registration_scheme <> 'none' AND m.id <> own.id
        ORDER BY m.id LIMIT 50) twin
      WHERE own.id = ANY ($1::uuid[])`, [ids]);
  }

  twins(reader: Reader, of: Pick<MerchantEntity, 'id' | 'registrationScheme' | 'registrationValue'>): Promise<TwinRow[]> {
    return reader.query<TwinRow>(`
      SELECT id, legal_name AS "legalName", verified_at IS NOT NULL AS verified FROM merchant
      WHERE registration_scheme = $2 AND registration_value = $3 AND registration_scheme <> 'none' AND id <> $1 ORDER BY id LIMIT 50`,
    [of.id, of.registrationScheme, of.registrationValue]);
  }

  /** Those nobody has verified, the longest waiting first. */
  unverified(reader: Reader, wanted: { after?: string; limit: number }): Promise<(TwinRow & { registrationScheme: string; registrationValue: string; country: string; createdAt: Date })[]> {
    return reader.query(`
      SELECT id, legal_name AS "legalName", false AS verified, registration_scheme AS "registrationScheme", registration_value AS "registrationValue", country,
             created_at AS "createdAt"
      FROM merchant WHERE verified_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`, [wanted.after ?? null, wanted.limit]);
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
    return reader.named<SiteName>('merchant_site_names', `
      SELECT s.id, s.name, s.zone, m.id AS "merchantId", m.legal_name AS "merchantName", m.verified_at IS NOT NULL AS verified
      FROM site s JOIN merchant m ON m.id = s.merchant_id WHERE s.id = ANY ($1::uuid[])`, [ids]);
  }

  names(reader: Reader, ids: readonly string[]): Promise<{ id: string; legalName: string }[]> {
    return reader.query('SELECT id, legal_name AS "legalName" FROM merchant WHERE id = ANY ($1::uuid[])', [ids]);
  }

  languagesOf(reader: Reader, ids: readonly string[]): Promise<{ id: string; language: string }[]> {
    return reader.named('merchant_languages', 'SELECT id, language FROM merchant WHERE id = ANY ($1::uuid[])', [ids]);
  }

  /** Sites of businesses, by the names people gave them. */
  sitesOfMerchants(reader: Reader, merchantIds: readonly string[]): Promise<SiteName[]> {
    return reader.query<SiteName>(`
      SELECT s.id, s.name, s.zone, m.id AS "merchantId", m.legal_name AS "merchantName", m.verified_at IS NOT NULL AS verified
      FROM site s JOIN merchant m ON m.id = s.merchant_id WHERE m.id = ANY ($1::uuid[]) ORDER BY m.legal_name, s.name, s.id LIMIT 200`, [merchantIds]);
  }

  /** False when the version seen is no longer current. */
  async verify(tx: Tx, id: string, version: number, by: string, at: Instant): Promise<boolean> {
    return await tx.execute(
      'UPDATE merchant SET verified_at = $3, verified_by = $4, version = version + 1 WHERE id = $1 AND version = $2', [id, version, formatInstant(at), by]) === 1;
  }

  async insertSite(tx: Tx, row: NewSiteRow): Promise<string> {
    const [stored] = await tx.query<{ id: string }>(`
      INSERT INTO site (merchant_id, name, online, zone, country, address, opening_hours, hours_entered_at, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id`,
    [row.merchantId, row.name, row.online, row.zone, row.country, jsonOf(row.address), JSON.stringify(row.openingHours), formatInstant(row.at)]);
    if (stored === undefined) throw new Error('the site was not stored');
    return stored.id;
  }

  async editSite(tx: Tx, id: string, version: number, row: SiteEditRow): Promise<boolean> {
    return await tx.execute('UPDATE site SET name = $3, online = $4, country = $5, address = $6, version = version + 1 WHERE id = $1 AND version = $2',
      [id, version, row.name, row.online, row.country, jsonOf(row.address)]) === 1;
  }

  /** The zone goes with the hours: both say when a shop is open. */
  async replaceHours(tx: Tx, id: string, version: number, hours: OpeningHours, at: Instant): Promise<boolean> {
    return await tx.execute(
      'UPDATE site SET opening_hours = $3, zone = $4, hours_entered_at = $5, version = version + 1 WHERE id = $1 AND version = $2',
      [id, version, JSON.stringify(hours), hours.zone, formatInstant(at)]) === 1;
  }

  /** What was stated is kept beside what holds now. */
  async keepHours(tx: Tx, stated: { merchantId: string; siteId: string; hours: OpeningHours; at: Instant; by: string }): Promise<void> {
    await tx.execute('INSERT INTO stated_hours (merchant_id, site_id, hours, entered_at, entered_by) VALUES ($1, $2, $3, $4, $5)',
      [stated.merchantId, stated.siteId, JSON.stringify(stated.hours), formatInstant(stated.at), stated.by]);
  }

  statedHours(reader: Reader, siteId: string): Promise<{ hours: OpeningHours; enteredAt: Date }[]> {
    return reader.query('SELECT hours, entered_at AS "enteredAt" FROM stated_hours WHERE site_id = $1 ORDER BY id DESC LIMIT 200', [siteId]);
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
