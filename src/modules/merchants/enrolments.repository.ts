import { Injectable } from '@nestjs/common';
import type { Money } from '../../core/money/index.js';
import { formatInstant, type Instant, type Interval } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface EnrolmentTerms {
  readonly region: string;
  readonly tier: string | undefined;
  readonly fee: Money | undefined;
  readonly from: Instant;
  readonly to: Instant | undefined;
}

export interface NewEnrolmentRow extends EnrolmentTerms {
  readonly merchantId: string;
  readonly siteId: string;
  readonly service: string;
  readonly source: string;
  readonly createdAt: Instant;
}

export interface EnrolmentRow {
  readonly id: string;
  readonly merchantId: string;
  readonly siteId: string;
  readonly service: string;
  readonly region: string;
  readonly tier: string | null;
  readonly feeMinor: string | null;
  readonly feeCurrency: string | null;
  readonly from: Date;
  readonly to: Date | null;
  readonly source: string;
  readonly version: number;
}

/** Trouble of a service in a region, half-open. */
export interface EnrolmentSpan extends Interval {
  readonly service: string;
  readonly region: string;
}

const COLUMNS = `id, merchant_id AS "merchantId", site_id AS "siteId", service_code AS service, region, tier, fee_minor::text AS "feeMinor", fee_currency AS "feeCurrency",
  lower(during) AS "from", upper(during) AS "to", source, version`;

const termsOf = ({ region, tier, fee, from, to }: EnrolmentTerms): unknown[] =>
  [region, tier ?? null, fee?.minor.toString() ?? null, fee?.currency ?? null, formatInstant(from), to === undefined ? null : formatInstant(to)];

/** Services that sites used, each from one moment to another. */
@Injectable()
export class EnrolmentsRepository {
  async insert(tx: Tx, row: NewEnrolmentRow): Promise<string> {
    const [stored] = await tx.query<{ id: string }>(`
      INSERT INTO enrolment (merchant_id, site_id, service_code, source, created_at, region, tier, fee_minor, fee_currency, during)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, tstzrange($10, $11, '[)')) RETURNING id`,
    [row.merchantId, row.siteId, row.service, row.source, formatInstant(row.createdAt), ...termsOf(row)]);
    if (stored === undefined) throw new Error('the enrolment was not stored');
    return stored.id;
  }

  /** False when the version seen is no longer current. */
  async edit(tx: Tx, id: string, version: number, terms: EnrolmentTerms): Promise<boolean> {
    return await tx.execute(`
      UPDATE enrolment SET region = $3, tier = $4, fee_minor = $5, fee_currency = $6, during = tstzrange($7, $8, '[)'), version = version + 1
      WHERE id = $1 AND version = $2`, [id, version, ...termsOf(terms)]) === 1;
  }

  async find(reader: Reader, id: string): Promise<EnrolmentRow | undefined> {
    const [row] = await reader.query<EnrolmentRow>(`SELECT ${COLUMNS} FROM enrolment WHERE id = $1`, [id]);
    return row;
  }

  ofSite(reader: Reader, siteId: string): Promise<EnrolmentRow[]> {
    return reader.query<EnrolmentRow>(`SELECT ${COLUMNS} FROM enrolment WHERE site_id = $1 ORDER BY service_code, lower(during) LIMIT 500`, [siteId]);
  }

  /**
   * Sites enrolled for a service in a region while it was troubled, in the order of their ids; `spans` by their place in the list.
   * A span of region `*` is everywhere.
   */
  during(reader: Reader, spans: readonly EnrolmentSpan[], { after, limit }: { after?: string; limit: number }): Promise<{ siteId: string; merchantId: string; spans: number[] }[]> {
    return reader.query(`
      SELECT e.site_id AS "siteId", e.merchant_id AS "merchantId", array_agg(DISTINCT s.k::int ORDER BY s.k::int) AS spans
      FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS s (service, region, begins, ends, k)
      JOIN enrolment e ON e.service_code = s.service AND (s.region = '*' OR e.region = s.region) AND e.during && tstzrange(s.begins, s.ends, '[)')
      WHERE $5::uuid IS NULL OR e.site_id > $5 GROUP BY e.site_id, e.merchant_id ORDER BY e.site_id LIMIT $6`,
    [spans.map(({ service }) => service), spans.map(({ region }) => region), spans.map(({ from }) => formatInstant(from)), spans.map(({ to }) => formatInstant(to)), after ?? null, limit]);
  }

  async countDuring(reader: Reader, spans: readonly EnrolmentSpan[]): Promise<number> {
    const [row] = await reader.query<{ count: number }>(`
      SELECT count(DISTINCT e.site_id)::int AS count
      FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS s (service, region, begins, ends)
      JOIN enrolment e ON e.service_code = s.service AND (s.region = '*' OR e.region = s.region) AND e.during && tstzrange(s.begins, s.ends, '[)')`,
    [spans.map(({ service }) => service), spans.map(({ region }) => region), spans.map(({ from }) => formatInstant(from)), spans.map(({ to }) => formatInstant(to))]);
    return row?.count ?? 0;
  }
}
