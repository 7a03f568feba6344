import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant, type Interval } from '../../../core/time/index.js';
import type { Envelope } from '../../../platform/crypto/envelope.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';

export interface PeriodRow {
  readonly id: string;
  readonly span: Interval;
  readonly ratePerMillion: number;
  readonly commitment: string;
  readonly committedAt: Instant;
  /** Null until it is revealed. */
  readonly seed: Buffer | null;
  readonly revealedAt: Instant | null;
  readonly version: number;
}

/** Second looks by what they found. */
export interface LookCounts {
  readonly agree: number;
  readonly disagree: number;
}

type SealedSeed = Envelope & { readonly id: string };

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `id, json_build_object('from', ${ms('lower(span)')}, 'to', ${ms('upper(span)')}) AS span, rate_per_million AS "ratePerMillion", commitment, ${ms('committed_at')} AS "committedAt",
  seed, ${ms('revealed_at')} AS "revealedAt", version`;
const SEALED = 'id, sealed, wrapped_key AS "wrappedKey", key_id AS "keyId"';

@Injectable()
export class SamplingRepository {
  /** Made before the row, which is sealed under it. */
  async newId(reader: Reader): Promise<string> {
    const [row] = await reader.query<{ id: string }>('SELECT uuidv7() AS id');
    if (row === undefined) throw new Error('the database gave no id');
    return row.id;
  }

  async insert(tx: Tx, period: { id: string; span: Interval; ratePerMillion: number; commitment: string; envelope: Envelope; by: string; at: Instant }): Promise<void> {
    const { id, span, ratePerMillion, commitment, envelope, by, at } = period;
    await tx.execute(`
      INSERT INTO sampling_period (id, span, rate_per_million, commitment, sealed, wrapped_key, key_id, committed_by, committed_at)
      VALUES ($1, tstzrange($2, $3), $4, $5, $6, $7, $8, $9, $10)`,
    [id, formatInstant(span.from), formatInstant(span.to), ratePerMillion, commitment, envelope.sealed, envelope.wrappedKey, envelope.keyId, by, formatInstant(at)]);
  }

  async find(reader: Reader, id: string): Promise<PeriodRow | undefined> {
    const [row] = await reader.query<PeriodRow>(`SELECT ${COLUMNS} FROM sampling_period WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<PeriodRow | undefined> {
    const [row] = await tx.query<PeriodRow>(`SELECT ${COLUMNS} FROM sampling_period WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  /** The newest first. */
  page(reader: Reader, { after, limit }: { after?: string; limit: number }): Promise<PeriodRow[]> {
    return reader.query<PeriodRow>(`SELECT ${COLUMNS} FROM sampling_period WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`, [after ?? null, limit]);
  }

  /** The periods in which some of the instants fall. */
  at(reader: Reader, instants: readonly Instant[]): Promise<PeriodRow[]> {
    return reader.named<PeriodRow>('sampling_at', `SELECT ${COLUMNS} FROM sampling_period WHERE id IN (SELECT p.id FROM unnest($1::timestamptz[]) AS u (at) JOIN sampling_period p ON p.span @> u.at)`,
      [instants.map(formatInstant)]);
  }

  async sealed(reader: Reader, id: string): Promise<SealedSeed> {
    const [row] = await reader.query<SealedSeed>(`SELECT ${SEALED} FROM sampling_period WHERE id = $1`, [id]);
    if (row === undefined) throw new Error(`the sampling period ${id} is gone`);
    return row;
  }

  /** Over and not revealed; the oldest first, each for one worker. */
  async due(tx: Tx, now: Instant): Promise<PeriodRow | undefined> {
    const [row] = await tx.query<PeriodRow>(`
      SELECT ${COLUMNS} FROM sampling_period WHERE seed IS NULL AND upper(span) <= $1 ORDER BY upper(span) LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`, [formatInstant(now)]);
    return row;
  }

  /** How many second looks at claims filed in these periods agreed with the decision, and how many did not. */
  async looks(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, LookCounts>> {
    const rows = await reader.query<LookCounts & { id: string }>(`
      SELECT p.id, count(*) FILTER (WHERE l.verdict = 'agree')::int AS agree, count(*) FILTER (WHERE l.verdict = 'disagree')::int AS disagree
      FROM second_look l JOIN claim c ON c.id = l.claim_id JOIN sampling_period p ON p.span @> c.submitted_at WHERE p.id = ANY ($1::uuid[]) GROUP BY p.id`, [ids]);
    return new Map(rows.map(({ id, agree, disagree }) => [id, { agree, disagree }]));
  }

  async reveal(tx: Tx, id: string, seed: Buffer, at: Instant): Promise<void> {
    await tx.execute('UPDATE sampling_period SET seed = $2, revealed_at = $3, version = version + 1 WHERE id = $1', [id, seed, formatInstant(at)]);
  }
}
