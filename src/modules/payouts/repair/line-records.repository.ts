import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { againMinor, blocksOf, cameBack } from '../due.rules.js';
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

  /** Those of which nothing is due any more, as `againMinor` has it, are marked so; answers with them. The claims are locked by the caller. */
  lapse(tx: Tx, claimIds: readonly string[], at: Instant): Promise<{ id: string; claimId: string }[]> {
    return tx.query(`
      WITH lapsed AS (
        UPDATE payment_line l SET nothing_due_at = $2, version = l.version + 1 WHERE l.claim_id = ANY ($1::uuid[]) AND ${cameBack('l')} AND (${againMinor('l')}) <= 0 RETURNING l.id, l.claim_id)
      SELECT id, claim_id AS "claimId" FROM lapsed ORDER BY id`, [claimIds, formatInstant(at)]);
  }

  /** Of these, locked, the ones that nobody has heard of as having come back; from now on they are heard of. */
  async heard(tx: Tx, lineIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(`
      WITH news AS (UPDATE payment_line SET is_return_heard = true, version = version + 1 WHERE id = ANY ($1::uuid[]) AND NOT is_return_heard RETURNING id) SELECT id FROM news`, [lineIds]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Of these claims the ones with a payment that came back and waits. */
  async claimsWaiting(reader: Reader, claimIds: readonly string[]): Promise<Set<string>> {
    const rows = await reader.query<{ id: string }>(`SELECT DISTINCT l.claim_id AS id FROM payment_line l WHERE l.claim_id = ANY ($1::uuid[]) AND ${cameBack('l')}`, [claimIds]);
    return new Set(rows.map(({ id }) => id));
  }

  /** What would be paid for one that came back, in minor units, were it paid again now. */
  async againMinor(reader: Reader, lineId: string): Promise<bigint> {
    const [row] = await reader.query<{ minor: string }>(`SELECT (${againMinor('l')})::text AS minor FROM payment_line l WHERE l.id = $1`, [lineId]);
    return BigInt(row?.minor ?? '0');
  }

  /** The first one first; bounded, since a payment has few. */
  moves(reader: Reader, lineId: string): Promise<LineMoveRow[]> {
    return reader.query<LineMoveRow>('SELECT to_state AS "to", reason, moved_by AS by, at FROM payment_line_move WHERE line_id = $1 ORDER BY n LIMIT 100', [lineId]);
  }
}
