import { Injectable } from '@nestjs/common';
import type { ChainLink } from '../../core/audit/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface ChainHead {
  readonly n: number;
  readonly hash: string;
}

interface EntryRow {
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly n: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly data: object;
  readonly prev_hash: string;
  readonly hash: string;
}

const link = (row: EntryRow): ChainLink => ({
  aggregateType: row.aggregate_type, aggregateId: row.aggregate_id, n: row.n, at: row.at.getTime(), actor: row.actor, action: row.action, data: row.data,
  prevHash: row.prev_hash, hash: row.hash,
});

/** Entries are inserted and read, never changed; the head moves with them in one statement. */
@Injectable()
export class AuditRepository {
  async lockHead(tx: Tx, aggregateType: string, aggregateId: string): Promise<ChainHead | undefined> {
    const [row] = await tx.named<ChainHead>('audit_lock_head',
      'SELECT n, hash FROM audit_head WHERE aggregate_type = $1 AND aggregate_id = $2 FOR UPDATE', [aggregateType, aggregateId]);
    return row;
  }

  async append(tx: Tx, entry: ChainLink): Promise<void> {
    await tx.named('audit_append', `
      WITH entry AS (
        INSERT INTO audit_entry (aggregate_type, aggregate_id, n, at, actor, action, data, prev_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      )
      INSERT INTO audit_head (aggregate_type, aggregate_id, n, hash) VALUES ($1, $2, $3, $9)
      ON CONFLICT (aggregate_type, aggregate_id) DO UPDATE SET n = excluded.n, hash = excluded.hash`,
    [entry.aggregateType, entry.aggregateId, entry.n, formatInstant(entry.at as Instant), entry.actor, entry.action, JSON.stringify(entry.data), entry.prevHash, entry.hash]);
  }

  newest(reader: Reader, { type, id, actions }: { readonly type: string; readonly id: string; readonly actions: readonly string[] }): Promise<{ action: string; data: Record<string, unknown> }[]> {
    return reader.named('audit_newest', `
      SELECT DISTINCT ON (action) action, data FROM audit_entry
      WHERE aggregate_type = $1 AND aggregate_id = $2 AND action = ANY ($3) ORDER BY action, n DESC`, [type, id, actions]);
  }

  async lockHeads(tx: Tx, of: readonly { readonly type: string; readonly id: string }[]): Promise<(ChainHead & { type: string; id: string })[]> {
    return tx.named('audit_lock_heads', `
      SELECT aggregate_type AS type, aggregate_id AS id, n, hash FROM audit_head
      WHERE (aggregate_type, aggregate_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[])) ORDER BY aggregate_type, aggregate_id FOR UPDATE`,
    [of.map(({ type }) => type), of.map(({ id }) => id)]);
  }

  /** Entries of one chain in their order. */
  async appendAll(tx: Tx, entries: readonly ChainLink[]): Promise<void> {
    await tx.named('audit_append_all', `
      WITH told AS (
        SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::timestamptz[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::text[])
          AS u(aggregate_type, aggregate_id, n, at, actor, action, data, prev_hash, hash)
      ), entry AS (
        INSERT INTO audit_entry (aggregate_type, aggregate_id, n, at, actor, action, data, prev_hash, hash) SELECT * FROM told
      )
      INSERT INTO audit_head (aggregate_type, aggregate_id, n, hash)
      SELECT DISTINCT ON (aggregate_type, aggregate_id) aggregate_type, aggregate_id, n, hash FROM told ORDER BY aggregate_type, aggregate_id, n DESC
      ON CONFLICT (aggregate_type, aggregate_id) DO UPDATE SET n = excluded.n, hash = excluded.hash`,
    [entries.map((entry) => entry.aggregateType), entries.map((entry) => entry.aggregateId), entries.map(({ n }) => n), entries.map(({ at }) => formatInstant(at as Instant)),
      entries.map(({ actor }) => actor), entries.map(({ action }) => action), entries.map(({ data }) => JSON.stringify(data)), entries.map(({ prevHash }) => prevHash), entries.map(({ hash }) => hash)]);
  }

  async head(reader: Reader, aggregateType: string, aggregateId: string): Promise<ChainHead | undefined> {
    const [row] = await reader.query<ChainHead>('SELECT n, hash FROM audit_head WHERE aggregate_type = $1 AND aggregate_id = $2', [aggregateType, aggregateId]);
    return row;
  }

  async chain(reader: Reader, aggregateType: string, aggregateId: string): Promise<ChainLink[]> {
    const rows = await reader.query<EntryRow>('SELECT * FROM audit_entry WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY n', [aggregateType, aggregateId]);
    return rows.map(link);
  }

  async heads(reader: Reader, after: readonly string[] | undefined, limit: number): Promise<(ChainHead & { type: string; id: string })[]> {
    return reader.query(`
      SELECT aggregate_type AS type, aggregate_id AS id, n, hash FROM audit_head
      WHERE (aggregate_type, aggregate_id) > ($1, $2::uuid) ORDER BY aggregate_type, aggregate_id LIMIT $3`,
    [after?.[0] ?? '', after?.[1] ?? '00000000-0000-0000-0000-000000000000', limit]);
  }

  texts(reader: Reader, digests: readonly string[]): Promise<{ digest: string; body: string }[]> {
    return reader.query('SELECT digest, body FROM text_body WHERE digest = ANY ($1) AND body IS NOT NULL', [digests]);
  }

  async saveText(tx: Tx, digest: string, body: string): Promise<void> {
    await tx.execute('INSERT INTO text_body (digest, body) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING', [digest, body]);
  }
}
