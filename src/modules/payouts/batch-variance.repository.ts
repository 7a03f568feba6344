import { Injectable } from '@nestjs/common';
import type { Reader } from '../../platform/database/tx.js';

/** More than so many times the middle payment of a batch stands out. */
export const OUTLIER_TIMES = 10;

export interface VarianceRow {
  readonly newCount: number;
  readonly newMinor: string;
  readonly changedCount: number;
  readonly changedMinor: string;
  readonly middleMinor: string;
  readonly outlierCount: number;
  readonly outlierMinor: string;
}

export interface LargestRow {
  readonly endToEndId: string;
  readonly claimId: string;
  readonly netMinor: string;
}

@Injectable()
export class BatchVarianceRepository {
  /** Against what each business was paid before: paid for the first time, paid to another account than last, and far above the middle payment of the batch. */
  async of(reader: Reader, batchId: string): Promise<VarianceRow> {
    const [row] = await reader.named<VarianceRow>('batch_variance', `
      WITH lines AS (
        SELECT l.net_minor, coalesce(l.payee_account_id, p.id) AS account, before.payee_account_id AS account_before, before.id AS paid_before
        FROM payment_line l LEFT JOIN payee_account p ON p.merchant_id = l.merchant_id AND p.state = 'usable'
        LEFT JOIN LATERAL (
          SELECT b.id, b.payee_account_id FROM payment_line b WHERE b.merchant_id = l.merchant_id AND b.batch_id IS DISTINCT FROM l.batch_id AND b.state IN ('in_transit', 'accepted_by_bank', 'settled')
          ORDER BY b.id DESC LIMIT 1) before ON true
        WHERE l.batch_id = $1),
      middle AS (SELECT coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY net_minor), 0) AS minor FROM lines)
      SELECT count(*) FILTER (WHERE paid_before IS NULL)::int AS "newCount", coalesce(sum(net_minor) FILTER (WHERE paid_before IS NULL), 0)::text AS "newMinor",
        count(*) FILTER (WHERE account <> account_before)::int AS "changedCount", coalesce(sum(net_minor) FILTER (WHERE account <> account_before), 0)::text AS "changedMinor",
        (SELECT minor FROM middle)::text AS "middleMinor",
        count(*) FILTER (WHERE net_minor > ${OUTLIER_TIMES} * middle.minor)::int AS "outlierCount", coalesce(sum(net_minor) FILTER (WHERE net_minor > ${OUTLIER_TIMES} * middle.minor), 0)::text AS "outlierMinor"
      FROM lines, middle`, [batchId]);
    if (row === undefined) throw new Error('a sum has a row');
    return row;
  }

  largest(reader: Reader, batchId: string, limit: number): Promise<LargestRow[]> {
    return reader.query(`SELECT end_to_end_id AS "endToEndId", claim_id AS "claimId", net_minor::text AS "netMinor" FROM payment_line WHERE batch_id = $1 ORDER BY net_minor DESC, end_to_end_id LIMIT $2`, [batchId, limit]);
  }

  /** Which payments stand at these places of the batch's file, counted from 1. */
  at(reader: Reader, batchId: string, places: readonly number[]): Promise<{ place: number; lineId: string; claimId: string; endToEndId: string }[]> {
    return reader.query(`
      SELECT place::int, id AS "lineId", claim_id AS "claimId", end_to_end_id AS "endToEndId"
      FROM (SELECT row_number() OVER (ORDER BY end_to_end_id COLLATE "C") AS place, id, claim_id, end_to_end_id FROM payment_line WHERE batch_id = $1) ordered WHERE place = ANY ($2::int[])`, [batchId, places]);
  }
}
