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
  /** Not before this; from the arrival of its letters the time to answer is counted. */
  readonly heardUntil: Date;
  readonly letterIds: readonly string[];
  readonly zone: string;
  readonly waived: boolean;
  readonly outcome: 'reduced' | 'dropped' | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly note: string | null;
  readonly version: number;
}

const COLUMNS = `
  r.id, r.n, r.entitlement_no AS "entitlementNo", r.to_minor::text AS "toMinor", r.currency, r.reason, (SELECT body FROM text_body WHERE digest = r.text_digest) AS text,
  r.proposed_by AS "proposedBy", r.proposed_at AS "proposedAt", r.heard_until AS "heardUntil", r.letter_ids AS "letterIds", r.zone, r.waived, r.outcome, r.decided_by AS "decidedBy", r.decided_at AS "decidedAt",
  (SELECT body FROM text_body WHERE digest = r.note_digest) AS note, r.version`;

/** What a business said to a proposal, the `k`th time. */
export interface ReductionAnswerRow {
  readonly reductionN: number;
  readonly k: number;
  readonly text: string | null;
  readonly userId: string;
  readonly at: Date;
}

@Injectable()
export class ReductionsRepository {
  /** The claim is locked by the caller. Violates `claim_reduction_open_uq` while one is open. */
  async propose(tx: Tx, row: {
    claimId: string; merchantId: string; entitlementNo: number; toMinor: bigint; currency: string; reason: ReductionReason; textDigest: string; by: string; at: Instant; heardUntil: Instant; waived: boolean; letterIds: readonly string[]; zone: string;
  }): Promise<number> {
    const [made] = await tx.query<{ n: number }>(`
      INSERT INTO claim_reduction (claim_id, n, merchant_id, entitlement_no, to_minor, currency, reason, text_digest, proposed_by, proposed_at, heard_until, waived, letter_ids, zone)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::uuid[], $13 FROM claim_reduction WHERE claim_id = $1 RETURNING n`,
    [row.claimId, row.merchantId, row.entitlementNo, row.toMinor.toString(), row.currency, row.reason, row.textDigest, row.by, formatInstant(row.at), formatInstant(row.heardUntil), row.waived, row.letterIds, row.zone]);
    return made?.n ?? 0;
  }

  async decide(tx: Tx, row: { id: string; outcome: 'reduced' | 'dropped'; by: string; at: Instant; noteDigest: string; determinationId?: string }): Promise<void> {
    await tx.execute('UPDATE claim_reduction SET outcome = $2, decided_by = $3, decided_at = $4, note_digest = $5, determination_id = $6, version = version + 1 WHERE id = $1',
      [row.id, row.outcome, row.by, formatInstant(row.at), row.noteDigest, row.determinationId ?? null]);
  }

  async addAnswer(tx: Tx, row: { claimId: string; merchantId: string; reductionN: number; k: number; textDigest: string; userId: string; at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO reduction_answer (claim_id, merchant_id, reduction_n, k, text_digest, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [row.claimId, row.merchantId, row.reductionN, row.k, row.textDigest, row.userId, formatInstant(row.at)]);
  }

  /** Of all proposals on a claim, oldest first. */
  answers(reader: Reader, claimId: string): Promise<ReductionAnswerRow[]> {
    return reader.query<ReductionAnswerRow>(`
      SELECT a.reduction_n AS "reductionN", a.k, (SELECT body FROM text_body WHERE digest = a.text_digest) AS text, a.user_id AS "userId", a.at
      FROM reduction_answer a WHERE a.claim_id = $1 ORDER BY a.reduction_n, a.k LIMIT 1000`, [claimId]);
  }

  /** Oldest first. */
  of(reader: Reader, claimId: string): Promise<ReductionRow[]> {
    return reader.query<ReductionRow>(`SELECT ${COLUMNS} FROM claim_reduction r WHERE r.claim_id = $1 ORDER BY r.n LIMIT 200`, [claimId]);
  }
}
