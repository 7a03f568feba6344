import { Injectable } from '@nestjs/common';
import type { Reader } from '../../../platform/database/tx.js';
import type { PayoutMethod } from '../../funds/index.js';
import { NAMED_ANOTHER } from '../account-requests.repository.js';
import { againMinor, cameBack, dueMinor, methodOf } from '../due.rules.js';
import type { LineState } from '../payment-line.machine.js';

/** A payment as its business may see it. */
export interface ClaimPaymentRow {
  readonly lineId: string;
  readonly claimId: string;
  readonly reference: string;
  readonly merchantId: string;
  readonly n: number;
  readonly state: LineState;
  readonly reason: string | null;
  readonly replaced: boolean;
  /** It came back, and nothing of it is due any more. */
  readonly isNothingDue: boolean;
  /** Of one that came back and waits: what would be paid for it now. */
  readonly againMinor: string | null;
  readonly namedAnother: boolean;
  readonly endToEndId: string;
  readonly currency: string;
  readonly grossMinor: string;
  readonly withheldMinor: string;
  readonly offsetMinor: string;
  readonly netMinor: string;
  readonly method: PayoutMethod;
  readonly lastFour: string | null;
  readonly movedAt: Date;
  readonly executeOn: string | null;
  readonly bookedOn: string | null;
}

const COLUMNS = `
  l.id AS "lineId", l.claim_id AS "claimId", c.reference, l.merchant_id AS "merchantId", l.n, l.state, l.reason, EXISTS (SELECT FROM payment_line f WHERE f.replaces_id = l.id) AS replaced, l.nothing_due_at IS NOT NULL AS "isNothingDue",
  CASE WHEN ${cameBack('l')} THEN (${againMinor('l')})::text END AS "againMinor", ${NAMED_ANOTHER} AS "namedAnother",
  l.end_to_end_id AS "endToEndId", l.currency, l.gross_minor::text AS "grossMinor", l.withheld_minor::text AS "withheldMinor", l.offset_minor::text AS "offsetMinor", l.net_minor::text AS "netMinor",
  l.method, p.last_four AS "lastFour", l.moved_at AS "movedAt", to_char(b.execute_on, 'YYYY-MM-DD') AS "executeOn",
  (SELECT to_char(i.booked_on, 'YYYY-MM-DD') FROM payment_line_booking k JOIN bank_item i ON i.booking_key = k.booking_key AND i.paying_account_id = b.paying_account_id AND i.is_counted
    WHERE k.line_id = l.id AND k.kind = 'debit') AS "bookedOn"`;
const FROM = 'payment_line l JOIN claim c ON c.id = l.claim_id LEFT JOIN payee_account p ON p.id = l.payee_account_id LEFT JOIN payout_batch b ON b.id = l.batch_id';

@Injectable()
export class ClaimPaymentsRepository {
  /** Of claims, the newest payment of each first. */
  of(reader: Reader, claimIds: readonly string[]): Promise<ClaimPaymentRow[]> {
    return reader.named<ClaimPaymentRow>('claim_payments', `SELECT ${COLUMNS} FROM ${FROM} WHERE l.claim_id = ANY ($1::uuid[]) AND l.state <> 'dropped' ORDER BY l.claim_id, l.n DESC LIMIT 5000`, [claimIds]);
  }

  /** Of businesses, newest first. */
  ofMerchants(reader: Reader, merchantIds: readonly string[], { before, limit }: { before?: string; limit: number }): Promise<ClaimPaymentRow[]> {
    return reader.query<ClaimPaymentRow>(`
      SELECT ${COLUMNS} FROM ${FROM} WHERE l.merchant_id = ANY ($1::uuid[]) AND l.state <> 'dropped' AND ($2::uuid IS NULL OR l.id < $2) ORDER BY l.id DESC LIMIT $3`, [merchantIds, before ?? null, limit]);
  }

  /** What is due on accepted claims beside their payments, in minor units; nought is left out. */
  async due(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const rows = await reader.named<{ claimId: string; minor: string }>('claim_payments_due', `
      SELECT id AS "claimId", minor::text FROM (SELECT c.id, ${dueMinor('c.id')} AS minor FROM claim c WHERE c.id = ANY ($1::uuid[]) AND c.state = 'accepted') d WHERE minor > 0`, [claimIds]);
    return new Map(rows.map(({ claimId, minor }) => [claimId, BigInt(minor)]));
  }

  /** How the fund of a claim pays. */
  async method(reader: Reader, claimId: string): Promise<PayoutMethod> {
    const [row] = await reader.named<{ method: PayoutMethod }>('claim_payment_method', `SELECT ${methodOf('c')} AS method FROM claim c WHERE c.id = $1`, [claimId]);
    return row?.method ?? 'bank';
  }
}
