import { Injectable } from '@nestjs/common';
import { formatInstant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { NewOverrideRow, OverrideRow } from './views/override-row.js';

const COLUMNS = `claim_id AS "claimId", n, merchant_id AS "merchantId", step, kind, amount_minor::text AS "amountMinor", currency, figure, waives, reason,
  evidence_digest AS "evidenceDigest", basis, assessment_id AS "assessmentId", user_id AS "userId", objection_no AS "objectionNo", at`;

/** Rows are added, never changed: the newest of a step holds, unless it lifts what was put. */
@Injectable()
export class OverridesRepository {
  /** The claim is locked by the caller, so numbers do not collide. */
  async insert(tx: Tx, row: NewOverrideRow): Promise<number> {
    const [made] = await tx.query<{ n: number }>(`
      INSERT INTO override (claim_id, n, merchant_id, step, kind, amount_minor, currency, figure, waives, reason, evidence_digest, basis, assessment_id, user_id, at, objection_no)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 FROM override WHERE claim_id = $1 RETURNING n`,
    [row.claimId, row.merchantId, row.step, row.kind, row.amountMinor, row.currency, row.figure, row.waives, row.reason, row.evidenceDigest, row.basis,
      row.assessmentId, row.userId, formatInstant(row.at), row.objectionNo]);
    return (made as { n: number }).n;
  }

  /** What holds of each claim, in the order of their steps. */
  standing(reader: Reader, claimIds: readonly string[]): Promise<OverrideRow[]> {
    return reader.named('override_standing', `
      SELECT * FROM (
        SELECT DISTINCT ON (claim_id, step) ${COLUMNS} FROM override WHERE claim_id = ANY ($1::uuid[]) ORDER BY claim_id, step, n DESC
      ) newest WHERE kind <> 'lifted' ORDER BY step COLLATE "C"`, [claimIds]);
  }

  list(reader: Reader, claimId: string): Promise<OverrideRow[]> {
    return reader.query(`SELECT ${COLUMNS} FROM override WHERE claim_id = $1 ORDER BY n DESC LIMIT 200`, [claimId]);
  }
}
