import { Injectable } from '@nestjs/common';
import { formatRatio } from '../../core/money/index.js';
import { formatInstant, instant, type Instant, type Interval, type IntervalSet } from '../../core/time/index.js';
import type { Refusal } from '../../core/errors/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { DroppedRows } from './till/till-summary.rules.js';
import { taxFactor, type SalesConversion, type TaxBasis } from './tax-basis.rules.js';

export type EvidenceState = 'parsed' | 'failed';
/** A file, or totals of days typed by hand. */
export type SalesSource = 'file' | 'typed';

export interface NewSalesSet {
  readonly subjectId: string;
  readonly merchantId: string;
  readonly siteId: string;
  readonly state: EvidenceState;
  readonly fileName: string | null;
  readonly fileBytes: number;
  readonly fileSha256: string;
  readonly recordsSha256: string;
  /** How the file was read: mapping, zone, period. */
  readonly reading: object;
  readonly currency: string;
  /** What counts, after any conversion. */
  readonly basis: TaxBasis;
  readonly conversion: SalesConversion | undefined;
  readonly granularityMs: number;
  readonly lineCount: number;
  readonly faultCount: number;
  readonly faults: readonly Refusal[];
  readonly proposedCoverage: IntervalSet | undefined;
  readonly coverage: IntervalSet | undefined;
  readonly source: SalesSource;
  readonly handoverId: string | null;
  readonly uploadedBy: string;
  readonly uploadedAt: Instant;
}

export interface StoredTotals {
  readonly sales: number;
  readonly grossMinor: string;
  readonly namedMinor: string;
  readonly looseMinor: string;
  readonly netMinor: string;
  readonly negativeLines: number;
  readonly tipsMinor: string;
  /** Tax of sales, off or on their amounts line by line. */
  readonly taxMinor: string;
  /** Rows that counted for nothing, by reason. */
  readonly dropped: readonly DroppedRows[];
}

export interface SalesSetRow {
  readonly id: string;
  readonly subjectId: string;
  readonly merchantId: string;
  readonly siteId: string;
  readonly number: number;
  readonly state: EvidenceState;
  readonly fileName: string | null;
  readonly fileBytes: number;
  readonly fileSha256: string;
  readonly recordsSha256: string;
  readonly reading: object;
  readonly currency: string;
  readonly basis: TaxBasis;
  readonly conversion: SalesConversion | null;
  readonly granularityMs: number;
  readonly lineCount: number;
  readonly faultCount: number;
  readonly faults: readonly Refusal[];
  readonly totals: StoredTotals | null;
  readonly proposedCoverage: IntervalSet;
  /** What the merchant confirmed; empty until then. */
  readonly coverage: IntervalSet;
  readonly isUsed: boolean;
  readonly source: SalesSource;
  readonly uploadedBy: string;
  /** It came from another device, by a code. */
  readonly isHandedOver: boolean;
  readonly uploadedAt: Instant;
  readonly version: number;
}

/** Of a set, what an assessment freezes: the coverage that was confirmed, else what the records span. */
export interface HeaderRow extends Pick<SalesSetRow, 'id' | 'number' | 'fileSha256' | 'recordsSha256' | 'currency' | 'basis' | 'conversion' | 'granularityMs' | 'coverage'> {
  readonly isConfirmed: boolean;
}

/** A window of a sales set. */
export interface SetWindow extends Interval {
  readonly setId: string;
}

/** What was sold in a window, per length of the periods that the records have; a share of a period is `num / periodMs`. */
export interface PartialSum {
  readonly window: number;
  readonly periodMs: string;
  /** Σ net × overlap in milliseconds; for single sales Σ net. */
  readonly net: string;
  readonly loose: string;
  readonly sales: number;
  /** What net and loose are multiplied by, as ratio text; null where the records hold what counts. */
  readonly factor: string | null;
}

const ranges = (column: string): string => `
  COALESCE((SELECT json_agg(json_build_object('from', (extract(epoch FROM lower(piece)) * 1000)::bigint, 'to', (extract(epoch FROM upper(piece)) * 1000)::bigint)
    ORDER BY piece) FROM unnest(${column}) AS piece), '[]')`;

const COLUMNS = `
  id, subject_id AS "subjectId", merchant_id AS "merchantId", site_id AS "siteId", number, state, file_name AS "fileName",
  file_bytes::float8 AS "fileBytes", file_sha256 AS "fileSha256", records_sha256 AS "recordsSha256", reading, currency, basis, conversion,
  granularity_ms::float8 AS "granularityMs", line_count AS "lineCount", fault_count AS "faultCount", faults, NULLIF(totals, '{}') AS totals,
  ${ranges('proposed_coverage')} AS "proposedCoverage", ${ranges('coverage')} AS coverage, used_at IS NOT NULL AS "isUsed", source, handover_id IS NOT NULL AS "isHandedOver", uploaded_by AS "uploadedBy",
  (extract(epoch FROM uploaded_at) * 1000)::float8 AS "uploadedAt", version`;

const multirange = (set: IntervalSet | undefined): string | null =>
  set === undefined ? null : `{${set.map(({ from, to }) => `["${formatInstant(from)}","${formatInstant(to)}")`).join(',')}}`;

/** As records are multiplied where they are added up. */
function factorText(conversion: SalesConversion | undefined): string | null {
  const factor = taxFactor(conversion);
  return factor === undefined ? null : formatRatio(factor);
}

/** Millions of records are compared with each other, or go with their set, by one statement. */
export const MOST_SECONDS_A_STATEMENT = 60;

const EPOCH = `'1970-01-01T00:00:00Z'::timestamptz`;
const atMs = (column: string): string => `${EPOCH} + ${column} * interval '1 millisecond'`;

/** Sales sets and their records: written once, in one transaction, and read as sums. */
@Injectable()
export class SalesSetsRepository {
  async add(tx: Tx, set: NewSalesSet): Promise<SalesSetRow> {
    const [row] = await tx.query<SalesSetRow>(
      `INSERT INTO sales_set (subject_id, merchant_id, site_id, number, state, file_name, file_bytes, file_sha256, records_sha256, reading,
         currency, basis, granularity_ms, line_count, fault_count, faults, totals, proposed_coverage, coverage, coverage_confirmed_by,
         coverage_confirmed_at, uploaded_by, uploaded_at, source, handover_id, conversion, tax_factor)
       SELECT $1, $2, $3, COALESCE(max(number), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '{}', $16, $17,
         CASE WHEN $17::tstzmultirange IS NULL THEN NULL ELSE $18::uuid END, CASE WHEN $17::tstzmultirange IS NULL THEN NULL ELSE $19::timestamptz END,
         $18::uuid, $19::timestamptz, $20, $21::uuid, $22::jsonb, $23
       FROM sales_set WHERE subject_id = $1 RETURNING ${COLUMNS}`,
      [
        set.subjectId, set.merchantId, set.siteId, set.state, set.fileName, set.fileBytes, set.fileSha256, set.recordsSha256,
        JSON.stringify(set.reading), set.currency, set.basis, set.granularityMs, set.lineCount, set.faultCount, JSON.stringify(set.faults),
        multirange(set.proposedCoverage), multirange(set.coverage),
        set.uploadedBy, formatInstant(set.uploadedAt), set.source, set.handoverId,
        set.conversion === undefined ? null : JSON.stringify(set.conversion), factorText(set.conversion),
      ]);
    return row as SalesSetRow;
  }

  /** What the set came to; only the transaction that writes it may say so. */
  async fillIn(tx: Tx, id: string, totals: StoredTotals): Promise<SalesSetRow> {
    const [row] = await tx.query<SalesSetRow>(`UPDATE sales_set SET totals = $2 WHERE id = $1 RETURNING ${COLUMNS}`, [id, JSON.stringify(totals)]);
    return row as SalesSetRow;
  }

  async find(reader: Reader, id: string): Promise<SalesSetRow | undefined> {
    const [row] = await reader.query<SalesSetRow>(`SELECT ${COLUMNS} FROM sales_set WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<SalesSetRow | undefined> {
    const [row] = await tx.query<SalesSetRow>(`SELECT ${COLUMNS} FROM sales_set WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  async ofSubject(reader: Reader, subjectId: string): Promise<SalesSetRow[]> {
    return reader.query<SalesSetRow>(`SELECT ${COLUMNS} FROM sales_set WHERE subject_id = $1 ORDER BY number`, [subjectId]);
  }

  /** The set that counts: the latest one that could be read. */
  async current(reader: Reader, subjectId: string): Promise<SalesSetRow | undefined> {
    const [row] = await reader.named<SalesSetRow>('sales_set_current',
      `SELECT ${COLUMNS} FROM sales_set WHERE subject_id = $1 AND state = 'parsed' ORDER BY number DESC LIMIT 1`, [subjectId]);
    return row;
  }

  /** Whether an upload of each could be read; subjects without uploads are left out. */
  parsed(reader: Reader, subjectIds: readonly string[]): Promise<{ subjectId: string; parsed: boolean }[]> {
    return reader.named('sales_sets_parsed', `SELECT subject_id AS "subjectId", bool_or(state = 'parsed') AS parsed FROM sales_set WHERE subject_id = ANY ($1::uuid[]) GROUP BY subject_id`, [subjectIds]);
  }

  /** As `current`, of many subjects. */
  currentOf(reader: Reader, subjectIds: readonly string[]): Promise<SalesSetRow[]> {
    return reader.named<SalesSetRow>('sales_sets_current',
      `SELECT DISTINCT ON (subject_id) ${COLUMNS} FROM sales_set WHERE subject_id = ANY ($1::uuid[]) AND state = 'parsed' ORDER BY subject_id, number DESC`, [subjectIds]);
  }

  async confirmCoverage(tx: Tx, id: string, coverage: IntervalSet, by: string, at: Instant): Promise<void> {
    await tx.execute(
      `UPDATE sales_set SET coverage = $2, coverage_confirmed_by = $3, coverage_confirmed_at = $4, version = version + 1 WHERE id = $1`,
      [id, multirange(coverage), by, formatInstant(at)]);
  }

  /** First record that does not lie wholly in the coverage. */
  async firstOutside(reader: Reader, id: string, coverage: IntervalSet): Promise<Instant | undefined> {
    const [row] = await reader.query<{ at: number | null }>(
      `SELECT (extract(epoch FROM min(at)) * 1000)::float8 AS at FROM sales_record
       WHERE set_id = $1 AND NOT ($2::tstzmultirange @> tstzrange(at, at + CASE kind WHEN 'sale' THEN greatest(period_ms, 1) ELSE 1 END * interval '1 millisecond'))`,
      [id, multirange(coverage)]);
    return row === undefined || row.at === null ? undefined : instant(row.at);
  }

  async markUsed(tx: Tx, id: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE sales_set SET used_at = $2, version = version + 1 WHERE id = $1 AND used_at IS NULL', [id, formatInstant(at)]);
  }

  /** A draft that is discarded takes its files along; a set in use stays, whatever happens to its subject. */
  async discard(tx: Tx, subjectId: string): Promise<number> {
    await tx.allow(MOST_SECONDS_A_STATEMENT);
    return tx.execute('DELETE FROM sales_set WHERE subject_id = $1 AND used_at IS NULL', [subjectId]);
  }

  /**
   * Sums of any number of windows, of any number of sets, in one statement, over one index. A total that straddles an edge counts by its exact share:
   * the shares of all periods of one length are added as whole numbers (amount × milliseconds) and divided by the caller.
   */
  async sums(reader: Reader, windows: readonly SetWindow[]): Promise<PartialSum[]> {
    return reader.named<PartialSum>('sales_sums', SUMS,
      [windows.map(({ setId }) => setId), windows.map(({ from }) => from), windows.map(({ to }) => to)]);
  }

  /** What assessments freeze of sets that could be read, for many at once. */
  async headers(reader: Reader, ids: readonly string[]): Promise<HeaderRow[]> {
    return reader.named<HeaderRow>('sales_set_headers', `
      SELECT id, number, file_sha256 AS "fileSha256", records_sha256 AS "recordsSha256", currency, basis, conversion, granularity_ms::float8 AS "granularityMs",
             coverage IS NOT NULL AND coverage <> '{}' AS "isConfirmed", ${ranges("coalesce(nullif(coverage, '{}'), proposed_coverage)")} AS coverage
      FROM sales_set WHERE id = ANY ($1::uuid[]) AND state <> 'failed'`, [ids]);
  }
}

/**
 * Each window is summed by itself (the inner grouping keeps the planner from turning it round), between two bounds of one index:
 * its end, and its beginning less the longest period, since a total that began before may reach into it. All instants are whole
 * milliseconds, so a length read as a float and rounded is exact.
 */
const SUMS = `
  WITH w AS MATERIALIZED (
    SELECT n, set_id, ${atMs('from_ms')} AS from_at, ${atMs('to_ms')} AS to_at, s.tax_factor,
      ${atMs('from_ms')} - s.granularity_ms * interval '1 millisecond' AS reach
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS u(set_id, from_ms, to_ms, n) JOIN sales_set s ON s.id = u.set_id
  )
  SELECT w.n::int AS window, part.period_ms::text AS "periodMs", part.net::text AS net, part.loose::text AS loose, part.sales::int AS sales, w.tax_factor AS factor
  FROM w CROSS JOIN LATERAL (
    SELECT r.period_ms, sum(r.net_minor * share.ms) AS net, sum(r.loose_minor * share.ms) AS loose, count(*) FILTER (WHERE r.kind = 'sale') AS sales
    FROM sales_record r CROSS JOIN LATERAL (
      SELECT CASE WHEN r.period_ms = 0 THEN (r.counts_at >= w.from_at)::int::numeric
        ELSE round(date_part('epoch', least(r.counts_at + r.period_ms * interval '1 millisecond', w.to_at) - greatest(r.counts_at, w.from_at)) * 1000)::numeric END AS ms
    ) share
    WHERE r.set_id = w.set_id AND r.counts_at >= w.reach AND r.counts_at < w.to_at AND share.ms > 0
    GROUP BY r.period_ms
  ) part`;
