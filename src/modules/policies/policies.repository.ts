import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { Reach } from './policy.machine.js';
import { PolicyVersionEntity } from './policy-version.entity.js';

export interface PolicyVersionRow {
  readonly id: string;
  readonly key: string;
  readonly number: number;
  readonly hash: string;
  readonly use: 'template' | 'reference';
  readonly currency: string;
  readonly title: Readonly<Record<string, string>>;
  readonly publishedAt: number;
  readonly effectiveFrom: number | null;
  readonly effectiveTo: number | null;
  /** Since when it decides; null: since ever. */
  readonly decidedFrom: number | null;
  /** When a successor for the same events took over. */
  readonly decidedTo: number | null;
}

export interface StoredDocument {
  readonly source: string;
  readonly resolved: string;
}

export interface NewPolicyVersion extends StoredDocument {
  readonly key: string;
  readonly number: number;
  readonly hash: string;
  readonly use: string;
  readonly currency: string;
  readonly title: object;
  readonly publishedBy: string;
  readonly publishedAt: Instant;
}

const HEAD = `
  v.id, v.key, v.number, v.hash, v.use, v.currency, v.title, (extract(epoch FROM v.published_at) * 1000)::float8 AS "publishedAt",
  (extract(epoch FROM lower(p.effective)) * 1000)::float8 AS "effectiveFrom",
  (extract(epoch FROM upper(p.effective)) * 1000)::float8 AS "effectiveTo",
  (extract(epoch FROM lower(p.decided)) * 1000)::float8 AS "decidedFrom", (extract(epoch FROM upper(p.decided)) * 1000)::float8 AS "decidedTo"`;

const FROM = 'FROM policy_version v JOIN policy_period p ON p.policy_version_id = v.id';

/** Published versions, which never change, and the period each of them answers for, which a successor closes. */
@Injectable()
export class PoliciesRepository {
  /** One publication of a key at a time, so that numbers follow each other. */
  async lockKey(tx: Tx, key: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('policy ' || $1, 0))`, [key]);
  }

  async add(tx: Tx, version: NewPolicyVersion, effectiveFrom: Instant | undefined): Promise<string> {
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO policy_version (key, number, hash, use, currency, title, source, resolved, published_by, published_at)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10) RETURNING id`,
      [version.key, version.number, version.hash, version.use, version.currency, JSON.stringify(version.title), version.source,
        version.resolved, version.publishedBy, formatInstant(version.publishedAt)]);
    const { id } = row as { id: string };
    await tx.execute(`
      INSERT INTO policy_period (policy_version_id, key, effective, decided)
      SELECT $1, $2, tstzrange($3::timestamptz, NULL), tstzrange(CASE WHEN EXISTS (SELECT FROM policy_period WHERE key = $2) THEN $4::timestamptz END, NULL)`,
    [id, version.key, effectiveFrom === undefined ? null : formatInstant(effectiveFrom), formatInstant(version.publishedAt)]);
    return id;
  }

  /**
   * Makes room for a version that is for events from `from` on, decided from `now` on. What begins earlier ends at `from`; what
   * lies wholly behind it has decided until now, and keeps its period.
   */
  async closeReplaced(tx: Tx, key: string, from: Instant | undefined, now: Instant): Promise<void> {
    const start = from === undefined ? null : formatInstant(from);
    await tx.execute(`
      UPDATE policy_period SET effective = tstzrange(lower(effective), $2::timestamptz)
      WHERE key = $1 AND upper_inf(decided) AND upper_inf(effective) AND (lower_inf(effective) OR lower(effective) < $2::timestamptz)`, [key, start]);
    await tx.execute(`
      UPDATE policy_period SET decided = tstzrange(lower(decided), $3::timestamptz)
      WHERE key = $1 AND upper_inf(decided) AND ($2::timestamptz IS NULL OR lower(effective) >= $2::timestamptz)
        AND (lower_inf(decided) OR lower(decided) < $3::timestamptz)`, [key, start, formatInstant(now)]);
  }

  /** The next number of a key, drafts counted, so that a number means one text for good. */
  async nextNumber(tx: Tx, key: string): Promise<number> {
    const [row] = await tx.query<{ next: number }>(`
      SELECT greatest((SELECT max(number) FROM policy_version WHERE key = $1), (SELECT max(number) FROM policy_edition WHERE key = $1), 0) + 1 AS next`, [key]);
    return row?.next ?? 1;
  }

  async find(reader: Reader, id: string): Promise<PolicyVersionRow | undefined> {
    const [row] = await reader.query<PolicyVersionRow>(`SELECT ${HEAD} ${FROM} WHERE v.id = $1`, [id]);
    return row;
  }

  async byHash(reader: Reader, key: string, hash: string): Promise<PolicyVersionRow | undefined> {
    const [row] = await reader.query<PolicyVersionRow>(`SELECT ${HEAD} ${FROM} WHERE v.key = $1 AND v.hash = $2`, [key, hash]);
    return row;
  }

  async byNumber(reader: Reader, key: string, number: string): Promise<PolicyVersionRow | undefined> {
    const [row] = await reader.query<PolicyVersionRow>(`SELECT ${HEAD} ${FROM} WHERE v.key = $1 AND v.number = $2::int`, [key, number]);
    return row;
  }

  async versions(reader: Reader, key: string): Promise<PolicyVersionRow[]> {
    return reader.named<PolicyVersionRow>('policy_versions', `SELECT ${HEAD} ${FROM} WHERE v.key = $1 ORDER BY v.number`, [key]);
  }

  async effective(reader: Reader, key: string, at: Instant): Promise<PolicyVersionRow | undefined> {
    const [row] = await reader.named<PolicyVersionRow>('policy_effective',
      `SELECT ${HEAD} ${FROM} WHERE p.key = $1 AND p.effective @> $2::timestamptz AND upper_inf(p.decided)`, [key, formatInstant(at)]);
    return row;
  }

  async allEffective(reader: Reader, at: Instant): Promise<PolicyVersionRow[]> {
    return reader.query<PolicyVersionRow>(`SELECT ${HEAD} ${FROM} WHERE p.effective @> $1::timestamptz AND upper_inf(p.decided) ORDER BY v.key`, [formatInstant(at)]);
  }

  /** The latest version of every key, by key. */
  async latest(reader: Reader, wanted: { after?: string; limit: number }): Promise<PolicyVersionRow[]> {
    return reader.query<PolicyVersionRow>(
      `SELECT DISTINCT ON (v.key) ${HEAD} ${FROM} WHERE ($1::text IS NULL OR v.key > $1) ORDER BY v.key, v.number DESC LIMIT $2`,
      [wanted.after ?? null, wanted.limit]);
  }

  /** As `latest`, with how many versions each has and whom the latest was approved for: null when it never was a draft. */
  async listed(reader: Reader, wanted: { after?: string; limit: number }): Promise<(PolicyVersionRow & { versionCount: number; reach: Reach | null })[]> {
    return reader.query(`
      SELECT DISTINCT ON (v.key) ${HEAD}, (count(*) OVER (PARTITION BY v.key))::int AS "versionCount", e.reach
      ${FROM} LEFT JOIN policy_edition e ON e.policy_version_id = v.id
      WHERE ($1::text IS NULL OR v.key > $1) ORDER BY v.key, v.number DESC LIMIT $2`, [wanted.after ?? null, wanted.limit]);
  }

  async titles(reader: Reader, keys: readonly string[]): Promise<Pick<PolicyVersionRow, 'key' | 'title'>[]> {
    return reader.query('SELECT DISTINCT ON (key) key, title FROM policy_version WHERE key = ANY($1) ORDER BY key, number DESC', [keys]);
  }

  async document(reader: Reader, id: string): Promise<StoredDocument> {
    const row = await reader.manager.findOne(PolicyVersionEntity, { select: { source: true, resolved: true }, where: { id } });
    if (row === null) throw new TypeError(`policy version ${id} is gone`);
    return row;
  }

  async addReasons(tx: Tx, reasons: { number: number; hash: string; body: string; publishedBy: string; publishedAt: Instant }): Promise<void> {
    await tx.execute('INSERT INTO policy_reasons (number, hash, body, published_by, published_at) VALUES ($1, $2, $3, $4, $5)',
      [reasons.number, reasons.hash, reasons.body, reasons.publishedBy, formatInstant(reasons.publishedAt)]);
  }

  async latestReasons(reader: Reader): Promise<{ number: number; hash: string } | undefined> {
    const [row] = await reader.named<{ number: number; hash: string }>('policy_reasons_head',
      'SELECT number, hash FROM policy_reasons ORDER BY number DESC LIMIT 1');
    return row;
  }

  async reasonsBody(reader: Reader, number: number): Promise<string> {
    const [row] = await reader.query<{ body: string }>('SELECT body FROM policy_reasons WHERE number = $1', [number]);
    if (row === undefined) throw new TypeError(`reason catalogue ${number} is gone`);
    return row.body;
  }
}
