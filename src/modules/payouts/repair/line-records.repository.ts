import { Injectable } from '@nestjs/common';
import type { Reader } from '../../../platform/database/tx.js';
import { blocksOf, cameBack } from '../due.rules.js';
import type { PayoutMethod } from '../../funds/index.js';
import type { LineState } from '../payment-line.machine.js';
import { FILE_REFUSED, MERCHANT_REASONS, type ReturnRemedy } from './returns.rules.js';

/** A payment that came back and that nobody has followed up. */
export interface WaitingLineRow {
  readonly id: string;
  readonly claimId: string;
  readonly reference: string;
  readonly merchantId: string;
  readonly endToEndId: string;
  readonly method: PayoutMethod;
  readonly state: LineState;
  readonly reason: string | null;
  readonly currency: string;
  readonly netMinor: string;
  readonly movedAt: Date;
  readonly stoppedBy: readonly string[];
  /** To be given up, which another person decides. */
  readonly isProposed: boolean;
}

/** One step of a payment, as the database wrote it down. */
export interface LineMoveRow {
  readonly to: LineState;
  readonly reason: string | null;
  readonly by: string;
  readonly at: Date;
}

/** SQL: as `remedyOf`. Names: the alias of the line, and the parameter with the reasons that a business can put right. */
const remedySql = (line: string, merchantReasons: string): string =>
  `CASE WHEN ${line}.reason = '${FILE_REFUSED}' THEN 'again' WHEN ${line}.method = 'bank' AND ${line}.reason = ANY (${merchantReasons}::text[]) THEN 'account' ELSE 'desk' END`;

@Injectable()
export class LineRecordsRepository {
  /** The oldest first. */
  waiting(reader: Reader, { remedy, after, limit }: { remedy?: ReturnRemedy; after?: string; limit: number }): Promise<WaitingLineRow[]> {
    return reader.query<WaitingLineRow>(`
      SELECT l.id, l.claim_id AS "claimId", c.reference, l.merchant_id AS "merchantId", l.end_to_end_id AS "endToEndId", l.method, l.state, l.reason, l.currency, l.net_minor::text AS "netMinor", l.moved_at AS "movedAt",
        ${blocksOf('c', 'l.method')} AS "stoppedBy", EXISTS (SELECT FROM write_off w WHERE w.line_id = l.id AND w.outcome IS NULL) AS "isProposed"
      FROM payment_line l JOIN claim c ON c.id = l.claim_id
      WHERE ${cameBack('l')} AND ($1::uuid IS NULL OR l.id > $1) AND ($2::text IS NULL OR ${remedySql('l', '$3')} = $2) ORDER BY l.id LIMIT $4`, [after ?? null, remedy ?? null, MERCHANT_REASONS, limit]);
  }

  /** The first one first; bounded, since a payment has few. */
  moves(reader: Reader, lineId: string): Promise<LineMoveRow[]> {
    return reader.query<LineMoveRow>('SELECT to_state AS "to", reason, moved_by AS by, at FROM payment_line_move WHERE line_id = $1 ORDER BY n LIMIT 100', [lineId]);
  }
}
