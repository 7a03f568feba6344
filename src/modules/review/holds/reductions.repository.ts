import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { ReductionReason } from './holds.rules.js';

export interface ReductionRow {
  readonly id: string;
  readonly n: number;
  readonly entitlementNo: number;
  /** Minor units; nought when nothing is left. */
  readonly toMinor: string;
  readonly currency: string;
  readonly reason: ReductionReason;
  readonly text: string | null;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly heardUntil: Date;
  readonly waived: boolean;
  readonly outcome: 'reduced' | 'dropped' | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly note: string | null;
  readonly version: number;
}

const COLUMNS = `
  r.id, r.n, r.entitlement_no AS "entitlementNo", r.to_minor::text AS "toMinor", r.currency, r.reason, (SELECT body FROM text_body WHERE digest = r.text_digest) AS text,
  r.proposed_by AS "proposedBy", r.proposed_at AS "proposedAt", r.heard_until AS "heardUntil", r.waived, r.outcome, r.decided_by AS "decidedBy", r.decided_at AS "decidedAt",
  (SELECT body FROM text_body WHERE digest = r.note_digest) AS note, r.version`;

@Injectable()
export class ReductionsRepository {
  /** The claim is locked by the caller. Violates `claim_reduction_open_uq` while one is open. */
  async propose(tx: Tx, row: {
    claimId: string; merchantId: string; entitlementNo: number; toMinor: bigint; currency: string; reason: ReductionReason; textDigest: string; by: string; at: Instant; heardUntil: Instant; waived: boolean;
  }): Promise<number> {
    const [made] = await tx.query<{ n: number }>(`
      INSERT INTO claim_reduction (claim_id, n, merchant_id, entitlement_no, to_minor, currency, reason, text_digest, proposed_by, proposed_at, heard_until, waived)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM claim_reduction WHERE claim_id = $1 RETURNING n`,
    [row.claimId, row.merchantId, row.entitlementNo, row.toMinor.toString(), row.currency, row.reason, row.textDigest, row.by, formatInstant(row.at), formatInstant(row.heardUntil), row.waived]);
    return made?.n ?? 0;
  }

  async decide(tx: Tx, row: { id: string; outcome: 'reduced' | 'dropped'; by: string; at: Instant; noteDigest: string; determinationId?: string }): Promise<void> {
    await tx.execute('UPDATE claim_reduction SET outcome = $2, decided_by = $3, decided_at = $4, note_digest = $5, determination_id = $6, version = version + 1 WHERE id = $1',
      [row.id, row.outcome, row.by, formatInstant(row.at), row.noteDigest, row.determinationId ?? null]);
  }

  /** Oldest first. */
  of(reader: Reader, claimId: string): Promise<ReductionRow[]> {
    return reader.query<ReductionRow>(`SELECT ${COLUMNS} FROM claim_reduction r WHERE r.claim_id = $1 ORDER BY r.n LIMIT 200`, [claimId]);
  }
}
