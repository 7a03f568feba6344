import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { DepositOutcome } from './deposits.rules.js';

export interface DepositRow {
  readonly fundId: string;
  readonly n: number;
  readonly amountMinor: string;
  readonly currency: string;
  readonly reference: string;
  readonly statedBy: string;
  readonly statedAt: Date;
  readonly outcome: DepositOutcome | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

const COLUMNS = `fund_id AS "fundId", n, amount_minor::text AS "amountMinor", currency, reference, stated_by AS "statedBy", stated_at AS "statedAt", outcome,
  decided_by AS "decidedBy", decided_at AS "decidedAt"`;

@Injectable()
export class FundDepositsRepository {
  /** Numbers do not collide: whoever states one waits for the other. Violates `fund_deposit_reference_uq` where the same money was stated before. */
  async state(tx: Tx, row: { fundId: string; amountMinor: bigint; currency: string; reference: string; by: string; at: Instant }): Promise<DepositRow> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1::text, 14))', [row.fundId]);
    const [made] = await tx.query<DepositRow>(`
      INSERT INTO fund_deposit (fund_id, n, amount_minor, currency, reference, stated_by, stated_at)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6 FROM fund_deposit WHERE fund_id = $1 RETURNING ${COLUMNS}`,
    [row.fundId, row.amountMinor.toString(), row.currency, row.reference, row.by, formatInstant(row.at)]);
    if (made === undefined) throw new Error('the deposit was not stored');
    return made;
  }

  async lock(tx: Tx, fundId: string, n: number): Promise<DepositRow | undefined> {
    const [row] = await tx.query<DepositRow>(`SELECT ${COLUMNS} FROM fund_deposit WHERE fund_id = $1 AND n = $2 FOR NO KEY UPDATE`, [fundId, n]);
    return row;
  }

  async decide(tx: Tx, { fundId, n }: Pick<DepositRow, 'fundId' | 'n'>, { outcome, by, at }: { outcome: DepositOutcome; by: string; at: Instant }): Promise<void> {
    await tx.execute('UPDATE fund_deposit SET outcome = $3, decided_by = $4, decided_at = $5 WHERE fund_id = $1 AND n = $2', [fundId, n, outcome, by, formatInstant(at)]);
  }

  /** Newest first; `before` is the last number of the page before. */
  list(reader: Reader, fundId: string, before: number | undefined, limit: number): Promise<DepositRow[]> {
    return reader.query(`SELECT ${COLUMNS} FROM fund_deposit WHERE fund_id = $1 AND ($2::int IS NULL OR n < $2) ORDER BY n DESC LIMIT $3`, [fundId, before ?? null, limit]);
  }
}
