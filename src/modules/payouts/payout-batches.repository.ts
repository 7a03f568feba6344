import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { PayoutMethod } from '../funds/index.js';
import { PayoutBatchEntity } from './payout-batch.entity.js';
import type { BatchState } from './payout-batch.machine.js';
import type { BatchTotals } from './payment-lines.repository.js';

export interface ApprovalRow {
  readonly userId: string;
  readonly digest: string;
  readonly at: Date;
}

@Injectable()
export class PayoutBatchesRepository {
  async insert(tx: Tx, row: { fundId: string; payingAccountId: string; currency: string; method: PayoutMethod; executeOn: string; by: string; at: Instant }): Promise<string> {
    const [made] = await tx.query<{ id: string }>(`
      WITH numbered AS (SELECT nextval('payout_batch_number_seq') AS n)
      INSERT INTO payout_batch (number, fund_id, paying_account_id, currency, method, execute_on, message_id, created_by, created_at)
      SELECT n, $1, $2, $3, $4, $5, 'MG-' || to_char($7::timestamptz AT TIME ZONE 'UTC', 'YYYYMMDD') || '-' || lpad(n::text, 6, '0'), $6, $7 FROM numbered RETURNING id`,
    [row.fundId, row.payingAccountId, row.currency, row.method, row.executeOn, row.by, formatInstant(row.at)]);
    if (made === undefined) throw new Error('the batch was not stored');
    return made.id;
  }

  find(reader: Reader, id: string): Promise<PayoutBatchEntity | null> {
    return reader.manager.getRepository(PayoutBatchEntity).findOneBy({ id });
  }

  async lock(tx: Tx, id: string): Promise<PayoutBatchEntity | null> {
    await tx.query('SELECT FROM payout_batch WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return this.find(tx, id);
  }

  /** Newest first. */
  list(reader: Reader, { fundId, state, before, limit }: { fundId?: string; state?: BatchState; before?: string; limit: number }): Promise<PayoutBatchEntity[]> {
    return reader.manager.getRepository(PayoutBatchEntity).createQueryBuilder('batch')
      .where(fundId === undefined ? 'TRUE' : 'batch.fundId = :fundId', { fundId }).andWhere(state === undefined ? 'TRUE' : 'batch.state = :state', { state })
      .andWhere(before === undefined ? 'TRUE' : 'batch.id < :before', { before }).orderBy('batch.id', 'DESC').take(limit).getMany();
  }

  /** The batch of the same fund that was released before this one; undefined for the first. */
  async before(reader: Reader, { fundId, id }: Pick<PayoutBatchEntity, 'fundId' | 'id'>): Promise<PayoutBatchEntity | undefined> {
    const [row] = await reader.manager.getRepository(PayoutBatchEntity).createQueryBuilder('batch')
      .where('batch.fundId = :fundId AND batch.id < :id AND batch.releasedAt IS NOT NULL', { fundId, id }).orderBy('batch.id', 'DESC').take(1).getMany();
    return row;
  }

  /** Writes down what is in the batch, for good; the digest is the database's own. */
  async lockDown(tx: Tx, id: string, { by, at, totals, approvalsNeeded }: { by: string; at: Instant; totals: BatchTotals; approvalsNeeded: number }): Promise<PayoutBatchEntity> {
    await tx.execute(`
      UPDATE payout_batch SET state = 'locked', locked_by = $2, locked_at = $3, line_count = $4, gross_minor = $5, withheld_minor = $6, total_minor = $7,
        digest = payout_batch_digest(id), approvals_needed = $8, version = version + 1 WHERE id = $1`,
    [id, by, formatInstant(at), totals.count, totals.grossMinor, totals.withheldMinor, totals.netMinor, approvalsNeeded]);
    return this.#again(tx, id);
  }

  async moveTo(tx: Tx, id: string, state: BatchState, endedAt?: Instant): Promise<PayoutBatchEntity> {
    await tx.execute('UPDATE payout_batch SET state = $2, ended_at = $3, version = version + 1 WHERE id = $1', [id, state, endedAt === undefined ? null : formatInstant(endedAt)]);
    return this.#again(tx, id);
  }

  /** The batch has left; its file is kept and its lines are in transit. */
  async release(tx: Tx, id: string, { by, at, count, sumMinor }: { by: string; at: Instant; count: number; sumMinor: bigint }): Promise<PayoutBatchEntity> {
    await tx.execute(`UPDATE payout_batch SET state = 'released', released_by = $2, released_at = $3, released_count = $4, released_minor = $5, version = version + 1 WHERE id = $1`,
      [id, by, formatInstant(at), count, String(sumMinor)]);
    return this.#again(tx, id);
  }

  async approve(tx: Tx, row: { batchId: string; userId: string; digest: string; at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO payout_approval (batch_id, user_id, digest, at) VALUES ($1, $2, $3, $4)', [row.batchId, row.userId, row.digest, formatInstant(row.at)]);
  }

  /** Oldest first. */
  approvals(reader: Reader, batchId: string): Promise<ApprovalRow[]> {
    return reader.query('SELECT user_id AS "userId", digest, at FROM payout_approval WHERE batch_id = $1 ORDER BY at, user_id', [batchId]);
  }

  /** What a locked batch went on without. */
  drops(reader: Reader, batchId: string, limit: number): Promise<{ lineId: string; claimId: string; reason: string; netMinor: string; at: Date }[]> {
    return reader.query(`
      SELECT d.line_id AS "lineId", l.claim_id AS "claimId", d.reason, l.net_minor::text AS "netMinor", d.at FROM payout_drop d JOIN payment_line l ON l.id = d.line_id
      WHERE d.batch_id = $1 ORDER BY d.at, d.line_id LIMIT $2`, [batchId, limit]);
  }

  async #again(tx: Tx, id: string): Promise<PayoutBatchEntity> {
    const row = await this.find(tx, id);
    if (row === null) throw new Error(`batch ${id} is gone`);
    return row;
  }
}
