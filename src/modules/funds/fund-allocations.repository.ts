import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { AllocationRow } from './views/allocation-row.js';

const COLUMNS = `id, fund_id AS "fundId", n, stage, change_id AS "changeId", rule, factors, fund_minor::text AS "fundMinor", shared_minor::text AS "sharedMinor",
  kept_minor::text AS "keptMinor", left_minor::text AS "leftMinor", approved_at AS "approvedAt", applied_at AS "appliedAt"`;

@Injectable()
export class FundAllocationsRepository {
  async add(tx: Tx, row: Omit<AllocationRow, 'id' | 'n' | 'approvedAt' | 'appliedAt'>, at: Instant): Promise<void> {
    await tx.execute(`
      INSERT INTO fund_allocation (fund_id, n, stage, change_id, rule, factors, fund_minor, shared_minor, kept_minor, left_minor, approved_at)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM fund_allocation WHERE fund_id = $1`,
    [row.fundId, row.stage, row.changeId, JSON.stringify(row.rule), JSON.stringify(row.factors), row.fundMinor, row.sharedMinor, row.keptMinor, row.leftMinor, formatInstant(at)]);
  }

  async applied(tx: Tx, changeId: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE fund_allocation SET applied_at = $2 WHERE change_id = $1', [changeId, formatInstant(at)]);
  }

  async latest(reader: Reader, fundId: string): Promise<AllocationRow | undefined> {
    const [row] = await reader.named<AllocationRow>('fund_allocation_latest', `SELECT ${COLUMNS} FROM fund_allocation WHERE fund_id = $1 ORDER BY n DESC LIMIT 1`, [fundId]);
    return row;
  }

  async ofChange(reader: Reader, changeId: string): Promise<AllocationRow | undefined> {
    const [row] = await reader.query<AllocationRow>(`SELECT ${COLUMNS} FROM fund_allocation WHERE change_id = $1`, [changeId]);
    return row;
  }

  /** Newest first. */
  page(reader: Reader, fundId: string, { before, limit }: { before?: string; limit: number }): Promise<AllocationRow[]> {
    return reader.query<AllocationRow>(`SELECT ${COLUMNS} FROM fund_allocation WHERE fund_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`, [fundId, before ?? null, limit]);
  }
}
