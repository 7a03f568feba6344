import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { WriteOffOutcome } from './write-offs.rules.js';

/** What is to be given up. */
export type WriteOffSubject = { readonly lineId: string } | { readonly overpaymentId: string };

export interface WriteOffRow {
  readonly id: string;
  readonly n: number;
  readonly currency: string;
  readonly amountMinor: string;
  readonly reason: string | null;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly outcome: WriteOffOutcome | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly note: string | null;
}

const COLUMNS = `
  w.id, w.n, w.currency, w.amount_minor::text AS "amountMinor", (SELECT body FROM text_body WHERE digest = w.reason_digest) AS reason, w.proposed_by AS "proposedBy", w.proposed_at AS "proposedAt",
  w.outcome, w.decided_by AS "decidedBy", w.decided_at AS "decidedAt", (SELECT body FROM text_body WHERE digest = w.note_digest) AS note`;

const columnOf = (subject: WriteOffSubject): { column: 'line_id' | 'overpayment_id'; id: string } =>
  ('lineId' in subject ? { column: 'line_id', id: subject.lineId } : { column: 'overpayment_id', id: subject.overpaymentId });

@Injectable()
export class WriteOffsRepository {
  /** The subject is locked by the caller. Violates `write_off_open_line_uq` or `write_off_open_overpayment_uq` while one is open. */
  async propose(tx: Tx, subject: WriteOffSubject, row: { currency: string; amountMinor: string; reasonDigest: string; by: string; at: Instant }): Promise<number> {
    const { column, id } = columnOf(subject);
    const [made] = await tx.query<{ n: number }>(`
      INSERT INTO write_off (${column}, n, currency, amount_minor, reason_digest, proposed_by, proposed_at)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6 FROM write_off WHERE ${column} = $1 RETURNING n`, [id, row.currency, row.amountMinor, row.reasonDigest, row.by, formatInstant(row.at)]);
    return made?.n ?? 0;
  }

  async decide(tx: Tx, id: string, row: { outcome: WriteOffOutcome; by: string; at: Instant; noteDigest?: string }): Promise<void> {
    await tx.execute('UPDATE write_off SET outcome = $2, decided_by = $3, decided_at = $4, note_digest = $5, version = version + 1 WHERE id = $1', [id, row.outcome, row.by, formatInstant(row.at), row.noteDigest ?? null]);
  }

  /** Oldest first. */
  of(reader: Reader, subject: WriteOffSubject): Promise<WriteOffRow[]> {
    const { column, id } = columnOf(subject);
    return reader.query<WriteOffRow>(`SELECT ${COLUMNS} FROM write_off w WHERE w.${column} = $1 ORDER BY w.n LIMIT 200`, [id]);
  }
}
