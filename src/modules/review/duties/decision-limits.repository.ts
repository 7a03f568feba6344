import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';

export interface LimitRow {
  readonly id: string;
  readonly role: string;
  readonly currency: string;
  /** Minor units; null: any amount. */
  readonly upToMinor: string | null;
  readonly setBy: string;
  readonly setAt: Date;
  readonly confirmedBy: string | null;
  /** Null: another administrator has to confirm it. */
  readonly effectiveAt: Date | null;
}

const COLUMNS = `id, role, currency, up_to_minor::text AS "upToMinor", set_by AS "setBy", set_at AS "setAt", confirmed_by AS "confirmedBy", effective_at AS "effectiveAt"`;

/** Up to what amount a role decides alone: the newest effective row of a role and currency counts. */
@Injectable()
export class DecisionLimitsRepository {
  /** What counts now, and what waits to be confirmed. */
  list(reader: Reader): Promise<LimitRow[]> {
    return reader.query(`
      SELECT ${COLUMNS} FROM decision_limit WHERE effective_at IS NULL
      UNION ALL SELECT * FROM (SELECT DISTINCT ON (role, currency) ${COLUMNS} FROM decision_limit WHERE effective_at IS NOT NULL ORDER BY role, currency, effective_at DESC, id DESC) counting
      ORDER BY role, currency, "effectiveAt" NULLS FIRST, "setAt"`);
  }

  async insert(tx: Tx, limit: { role: string; currency: string; upToMinor: bigint | undefined; by: string; at: Instant; counts: boolean }): Promise<LimitRow> {
    const [row] = await tx.query<LimitRow>(`
      INSERT INTO decision_limit (role, currency, up_to_minor, set_by, set_at, effective_at) VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN $5::timestamptz END) RETURNING ${COLUMNS}`,
    [limit.role, limit.currency, limit.upToMinor?.toString() ?? null, limit.by, formatInstant(limit.at), limit.counts]);
    if (row === undefined) throw new Error('the limit was not stored');
    return row;
  }

  async lock(tx: Tx, id: string): Promise<LimitRow | undefined> {
    return (await tx.query<LimitRow>(`SELECT ${COLUMNS} FROM decision_limit WHERE id = $1 FOR UPDATE`, [id]))[0];
  }

  async confirm(tx: Tx, id: string, by: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE decision_limit SET confirmed_by = $2, effective_at = $3 WHERE id = $1', [id, by, formatInstant(at)]);
  }

  /** Minor units up to which somebody decides alone; undefined: on any amount. */
  async aloneUpTo(reader: Reader, userId: string, currency: string): Promise<bigint | undefined> {
    const [row] = await reader.query<{ any: boolean; upTo: string }>('SELECT any_amount AS any, up_to_minor::text AS "upTo" FROM decides_alone_up_to($1, $2)', [userId, currency]);
    return row === undefined || row.any ? undefined : BigInt(row.upTo);
  }

  async any(reader: Reader): Promise<boolean> {
    const [row] = await reader.query<{ any: boolean }>('SELECT EXISTS (SELECT FROM decision_limit WHERE effective_at IS NOT NULL AND up_to_minor IS NOT NULL) AS any');
    return row?.any === true;
  }
}
