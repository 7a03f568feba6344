import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../../core/errors/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { FeedCheck, FeedKind, FeedPrecision } from './feed.rules.js';
import type { MappingLine, Unmapped } from './proposal.rules.js';

/** Which share of a service is lost where a feed only says "partly" or "degraded"; as ratios in text. */
export type Levels = Readonly<Partial<Record<'partial' | 'degraded' | 'info', string>>>;

/** What a person says of a source. */
export interface SourceSettings {
  readonly name: string;
  readonly url: string | null;
  readonly scheduleSeconds: number | null;
  readonly joinGapSeconds: number;
  readonly sampleSeconds: number | null;
  readonly levels: Levels;
  readonly mapping: readonly MappingLine[];
}

export interface SourceRow extends SourceSettings {
  readonly id: string;
  readonly kind: FeedKind;
  readonly active: boolean;
  readonly generation: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** When it was last asked, and when it last answered. */
  readonly fetchedAt: Instant | null;
  readonly heardAt: Instant | null;
  readonly failure: Refusal | null;
  readonly payloadSha256: string | null;
  readonly precision: FeedPrecision | null;
  readonly recordedSince: Instant | null;
  readonly notes: readonly Refusal[];
  readonly unmapped: readonly Unmapped[];
  readonly version: number;
}

export interface GapRow {
  readonly kind: 'switched_off' | 'silent';
  readonly offAt: Instant;
  readonly onAt: Instant | null;
}

export interface PayloadRow {
  readonly sha256: string;
  readonly byteCount: number;
  readonly origin: 'fetch' | 'upload' | 'push';
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

const COLUMNS = `
  id, kind, name, url, schedule_seconds AS "scheduleSeconds", join_gap_seconds AS "joinGapSeconds", sample_seconds AS "sampleSeconds", levels, mapping, active, generation,
  etag, last_modified AS "lastModified", ${ms('fetched_at')} AS "fetchedAt", ${ms('heard_at')} AS "heardAt", failure, payload_sha256 AS "payloadSha256", precision,
  ${ms('recorded_since')} AS "recordedSince", notes, unmapped, version`;

/** Sources, when they were off or silent, and the bytes they sent. */
@Injectable()
export class SourcesRepository {
  async add(tx: Tx, source: SourceSettings & { kind: FeedKind; tokenHash: Buffer | null; createdBy: string; createdAt: Instant }): Promise<SourceRow> {
    const [row] = await tx.query<SourceRow>(
      `INSERT INTO outage_source (kind, token_hash, created_by, created_at, name, url, schedule_seconds, join_gap_seconds, sample_seconds, levels, mapping)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb) RETURNING ${COLUMNS}`,
      [source.kind, source.tokenHash, source.createdBy, formatInstant(source.createdAt), ...settings(source)]);
    return row as SourceRow;
  }

  async find(reader: Reader, id: string): Promise<SourceRow | undefined> {
    const [row] = await reader.query<SourceRow>(`SELECT ${COLUMNS} FROM outage_source WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<SourceRow | undefined> {
    const [row] = await tx.query<SourceRow>(`SELECT ${COLUMNS} FROM outage_source WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  async tokenHash(reader: Reader, id: string): Promise<Buffer | undefined> {
    const [row] = await reader.query<{ hash: Buffer | null }>('SELECT token_hash AS hash FROM outage_source WHERE id = $1', [id]);
    return row?.hash ?? undefined;
  }

  async page(reader: Reader, wanted: { before?: string; limit: number }): Promise<SourceRow[]> {
    return reader.query<SourceRow>(`SELECT ${COLUMNS} FROM outage_source WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`, [wanted.before ?? null, wanted.limit]);
  }

  /** Answers are asked for anew after a change: what was cached was read under other names. */
  async change(tx: Tx, id: string, source: SourceSettings): Promise<void> {
    await tx.execute(
      `UPDATE outage_source SET name = $2, url = $3, schedule_seconds = $4, join_gap_seconds = $5, sample_seconds = $6, levels = $7::jsonb, mapping = $8::jsonb,
         etag = NULL, last_modified = NULL, generation = generation + 1, version = version + 1 WHERE id = $1`, [id, ...settings(source)]);
  }

  async switch(tx: Tx, id: string, active: boolean, at: Instant): Promise<void> {
    await tx.execute('UPDATE outage_source SET active = $2, generation = generation + 1, version = version + 1 WHERE id = $1', [id, active]);
    await (active ? this.endGap(tx, id, 'switched_off', at) : this.beginGap(tx, id, 'switched_off', at));
  }

  async beginGap(tx: Tx, id: string, kind: GapRow['kind'], at: Instant): Promise<void> {
    await tx.execute('INSERT INTO outage_source_gap (source_id, kind, off_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [id, kind, formatInstant(at)]);
  }

  async endGap(tx: Tx, id: string, kind: GapRow['kind'], at: Instant): Promise<void> {
    await tx.execute('UPDATE outage_source_gap SET on_at = $3 WHERE source_id = $1 AND kind = $2 AND on_at IS NULL', [id, kind, formatInstant(at)]);
  }

  /** Newest first. */
  async gaps(reader: Reader, id: string): Promise<GapRow[]> {
    return reader.query<GapRow>(
      `SELECT kind, ${ms('off_at')} AS "offAt", ${ms('on_at')} AS "onAt" FROM outage_source_gap WHERE source_id = $1 ORDER BY off_at DESC LIMIT 1000`, [id]);
  }

  async failed(tx: Tx, id: string, at: Instant, failure: Refusal): Promise<void> {
    await tx.execute('UPDATE outage_source SET fetched_at = $2, failure = $3::jsonb WHERE id = $1', [id, formatInstant(at), JSON.stringify(failure)]);
  }

  async heard(tx: Tx, id: string, at: Instant, cache: { etag?: string; lastModified?: string } | undefined): Promise<void> {
    await tx.execute('UPDATE outage_source SET fetched_at = $2, heard_at = $2, failure = NULL WHERE id = $1', [id, formatInstant(at)]);
    if (cache !== undefined) await tx.execute('UPDATE outage_source SET etag = $2, last_modified = $3 WHERE id = $1', [id, cache.etag ?? null, cache.lastModified ?? null]);
  }

  async read(tx: Tx, id: string, of: { payloadSha256: string; precision: FeedPrecision; recordedSince: Instant | undefined; notes: readonly Refusal[]; unmapped: readonly Unmapped[] }): Promise<void> {
    await tx.execute(
      `UPDATE outage_source SET payload_sha256 = $2, precision = $3, recorded_since = LEAST(recorded_since, $4::timestamptz), notes = $5::jsonb, unmapped = $6::jsonb WHERE id = $1`,
      [id, of.payloadSha256, of.precision, of.recordedSince === undefined ? null : formatInstant(of.recordedSince), JSON.stringify(of.notes), JSON.stringify(of.unmapped)]);
  }

  /** Whether these bytes are new; if not, they were seen again. */
  async see(tx: Tx, sourceId: string, payload: { sha256: string; byteCount: number; origin: PayloadRow['origin'] }, at: Instant): Promise<boolean> {
    const [row] = await tx.query<{ isNew: boolean }>(
      `INSERT INTO source_payload (source_id, sha256, byte_count, origin, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $4, $5, $5)
       ON CONFLICT (source_id, sha256) DO UPDATE SET last_seen_at = GREATEST(source_payload.last_seen_at, excluded.last_seen_at) RETURNING xmax = 0 AS "isNew"`,
      [sourceId, payload.sha256, payload.byteCount, payload.origin, formatInstant(at)]);
    return row?.isNew === true;
  }

  async seenAgain(tx: Tx, sourceId: string, sha256: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE source_payload SET last_seen_at = GREATEST(last_seen_at, $3) WHERE source_id = $1 AND sha256 = $2', [sourceId, sha256, formatInstant(at)]);
  }

  /** The newest word of a day replaces what was said of it before; what lies far back is dropped. */
  async keepChecks(tx: Tx, sourceId: string, sha256: string, checks: readonly FeedCheck[]): Promise<void> {
    if (checks.length === 0) return;
    const newest = [...new Map(checks.map((check) => [`${check.component}\n${check.day}`, check])).values()].sort((a, b) => (a.day < b.day ? 1 : -1)).slice(0, MOST_CHECKS);
    await tx.execute(
      `INSERT INTO outage_source_check (source_id, component, day, minutes_down, payload_sha256)
       SELECT $1, u.component, u.day, u.minutes, $2 FROM unnest($3::text[], $4::date[], $5::int[]) AS u(component, day, minutes)
       ON CONFLICT (source_id, component, day) DO UPDATE SET minutes_down = excluded.minutes_down, payload_sha256 = excluded.payload_sha256
       WHERE outage_source_check.minutes_down <> excluded.minutes_down`,
      [sourceId, sha256, newest.map(({ component }) => component), newest.map(({ day }) => day), newest.map(({ minutesDown }) => minutesDown)]);
    await tx.execute('DELETE FROM outage_source_check WHERE source_id = $1 AND day < (SELECT max(day) - $2::int FROM outage_source_check WHERE source_id = $1)', [sourceId, CHECKED_DAYS]);
  }

  /** Those of the newest days. */
  async checks(reader: Reader, id: string): Promise<FeedCheck[]> {
    return reader.query<FeedCheck>(
      `SELECT component, to_char(day, 'YYYY-MM-DD') AS day, minutes_down AS "minutesDown" FROM outage_source_check WHERE source_id = $1 ORDER BY day DESC, component LIMIT $2`, [id, MOST_CHECKS]);
  }

  /** The newest of them. */
  async payloads(reader: Reader, id: string, limit: number): Promise<PayloadRow[]> {
    return reader.query<PayloadRow>(
      `SELECT sha256, byte_count AS "byteCount", origin, ${ms('first_seen_at')} AS "firstSeenAt", ${ms('last_seen_at')} AS "lastSeenAt"
       FROM source_payload WHERE source_id = $1 ORDER BY first_seen_at DESC, sha256 LIMIT $2`, [id, limit]);
  }
}

/** Checks that are kept of a source: of so many days before its newest, and of so many days and names. */
const CHECKED_DAYS = 400;
const MOST_CHECKS = 20_000;

const settings = (of: SourceSettings): unknown[] =>
  [of.name, of.url, of.scheduleSeconds, of.joinGapSeconds, of.sampleSeconds, JSON.stringify(of.levels), JSON.stringify(of.mapping)];
