import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Tx } from '../../platform/database/tx.js';

export interface VerificationRow {
  readonly id: string;
  readonly cursor: string | null;
  readonly checkedCount: number;
  readonly faultCount: number;
  /** The first of them; a broken engine makes a fault of every assessment. */
  readonly faults: readonly string[];
  readonly isFinished: boolean;
}

const COLUMNS = 'id, cursor, checked_count AS "checkedCount", fault_count AS "faultCount", faults, finished_at IS NOT NULL AS "isFinished"';

/** So many faults are kept by name; all are counted. */
const MOST_NAMED = 1_000;

/** Recomputations of all assessments; at most one is under way. */
@Injectable()
export class VerificationsRepository {
  /** The one under way, or a new one. */
  async open(tx: Tx, at: Instant): Promise<VerificationRow> {
    await tx.execute(`INSERT INTO assessment_verification (started_at) VALUES ($1) ON CONFLICT ((finished_at IS NULL)) WHERE finished_at IS NULL DO NOTHING`, [formatInstant(at)]);
    const [row] = await tx.query<VerificationRow>(`SELECT ${COLUMNS} FROM assessment_verification WHERE finished_at IS NULL`);
    return row as VerificationRow;
  }

  async lock(tx: Tx, id: string): Promise<VerificationRow> {
    const [row] = await tx.query<VerificationRow>(`SELECT ${COLUMNS} FROM assessment_verification WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    if (row === undefined) throw new TypeError(`verification ${id} is gone`);
    return row;
  }

  async advance(tx: Tx, id: string, page: { cursor: string; checked: number; faults: readonly string[] }): Promise<VerificationRow> {
    const [row] = await tx.query<VerificationRow>(`
      UPDATE assessment_verification SET cursor = $2, checked_count = checked_count + $3, fault_count = fault_count + cardinality($4::uuid[]),
        faults = (faults || $4::uuid[])[1:$5] WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, page.cursor, page.checked, page.faults, MOST_NAMED]);
    return row as VerificationRow;
  }

  async finish(tx: Tx, id: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE assessment_verification SET finished_at = $2 WHERE id = $1', [id, formatInstant(at)]);
  }
}
