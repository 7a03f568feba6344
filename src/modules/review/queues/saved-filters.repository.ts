import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { FilterText, QueueName, Sort } from './queue.rules.js';

/** What a list is asked for in words. */
export interface SavedQuery {
  readonly queue: QueueName;
  readonly sort: Sort;
  readonly filter: FilterText;
}

export interface SavedFilterRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly query: SavedQuery;
  readonly isShared: boolean;
}

@Injectable()
export class SavedFiltersRepository {
  /** A person's own and those that supervisors share, by name. */
  list(reader: Reader, userId: string): Promise<SavedFilterRow[]> {
    return reader.query('SELECT id, user_id AS "userId", name, query, shared AS "isShared" FROM saved_filter WHERE user_id = $1 OR shared ORDER BY name, id LIMIT 500', [userId]);
  }

  /** How many a person has, counted while nobody else adds one for them. */
  async countOf(tx: Tx, userId: string): Promise<number> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('saved_filter ' || $1::text, 0))`, [userId]);
    const [row] = await tx.query<{ count: number }>('SELECT count(*)::int AS count FROM saved_filter WHERE user_id = $1', [userId]);
    return row?.count ?? 0;
  }

  async insert(tx: Tx, filter: Omit<SavedFilterRow, 'id'> & { readonly at: Instant }): Promise<string> {
    const [row] = await tx.query<{ id: string }>('INSERT INTO saved_filter (user_id, name, query, shared, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id',
      [filter.userId, filter.name, JSON.stringify(filter.query), filter.isShared, formatInstant(filter.at)]);
    if (row === undefined) throw new Error('the filter was not stored');
    return row.id;
  }

  async remove(tx: Tx, id: string, userId: string): Promise<boolean> {
    return await tx.execute('DELETE FROM saved_filter WHERE id = $1 AND user_id = $2', [id, userId]) > 0;
  }
}
