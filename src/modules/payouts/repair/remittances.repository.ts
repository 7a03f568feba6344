import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import type { PayoutMethod } from '../../funds/index.js';

/** A payment that was booked and of which its business has not been told. */
export interface UntoldLine {
  readonly lineId: string;
  readonly claimId: string;
  readonly currency: string;
  readonly netMinor: string;
  readonly offsetMinor: string;
  readonly withheldMinor: string;
  readonly grossMinor: string;
  readonly endToEndId: string;
  readonly lastFour: string | null;
  readonly method: PayoutMethod;
}

@Injectable()
export class RemittancesRepository {
  /** Somebody has to be told that these were booked; once each, however often it is said. */
  async due(tx: Tx, lineIds: readonly string[], at: Instant): Promise<void> {
    if (lineIds.length > 0) await tx.named('remittance_due', 'INSERT INTO remittance (line_id, due_at) SELECT unnest($1::uuid[]), $2 ON CONFLICT DO NOTHING', [lineIds, formatInstant(at)]);
  }

  /** Takes some that are due, marked as told. What came back meanwhile is no news any more and is left out. */
  take(tx: Tx, limit: number, at: Instant): Promise<UntoldLine[]> {
    return tx.query<UntoldLine>(`
      WITH taken AS (
        UPDATE remittance SET told_at = $2 WHERE line_id IN (SELECT line_id FROM remittance WHERE told_at IS NULL ORDER BY line_id LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING line_id)
      SELECT l.id AS "lineId", l.claim_id AS "claimId", l.currency, l.net_minor::text AS "netMinor", l.offset_minor::text AS "offsetMinor", l.withheld_minor::text AS "withheldMinor",
        l.gross_minor::text AS "grossMinor", l.end_to_end_id AS "endToEndId", p.last_four AS "lastFour", l.method
      FROM taken t JOIN payment_line l ON l.id = t.line_id LEFT JOIN payee_account p ON p.id = l.payee_account_id WHERE l.state = 'settled' ORDER BY l.id`, [limit, formatInstant(at)]);
  }

  /** Whether any is left. */
  async isAnyDue(tx: Tx): Promise<boolean> {
    return (await tx.query('SELECT FROM remittance WHERE told_at IS NULL LIMIT 1')).length > 0;
  }
}
