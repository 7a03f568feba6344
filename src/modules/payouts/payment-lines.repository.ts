import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { PayoutMethod } from '../funds/index.js';
import { blocksOf, DUE_CLAIMS } from './due.rules.js';
import { PaymentLineEntity } from './payment-line.entity.js';
import type { LineState } from './payment-line.machine.js';

/** What all lines of a batch come to. */
export interface BatchTotals {
  readonly count: number;
  readonly grossMinor: string;
  readonly withheldMinor: string;
  readonly netMinor: string;
}

/** A line that something stops, and what. */
export interface BlockedLine {
  readonly lineId: string;
  readonly claimId: string;
  readonly reasons: readonly string[];
}

/** A line with what its payment names. */
export interface PaidLine {
  readonly endToEndId: string;
  readonly uetr: string;
  readonly netMinor: string;
  readonly payeeAccountId: string | null;
  readonly reference: string;
  readonly legalName: string;
  readonly registration: string;
  readonly phone: string | null;
  readonly address: { readonly street?: string; readonly number?: string; readonly postcode?: string; readonly city?: string; readonly country: string } | null;
}

/** A line that moved, and where it stood before. */
export interface MovedLine {
  readonly lineId: string;
  readonly claimId: string;
  readonly merchantId: string;
  readonly fundId: string;
  readonly batchId: string | null;
  readonly entitlementNo: number;
  readonly currency: string;
  readonly grossMinor: string;
  readonly withheldMinor: string;
  readonly offsetMinor: string;
  readonly netMinor: string;
  readonly from: LineState;
  readonly reason: string | null;
}

@Injectable()
export class PaymentLinesRepository {
  /**
   * Makes a line for everything that is due from a fund and that nothing stops, in the order in which it was granted. Claims that
   * somebody else holds at this moment are left for the next time; the index on counting lines keeps two builders apart.
   */
  async drawUp(tx: Tx, { fundId, method, limit, at, by }: { fundId: string; method: PayoutMethod; limit: number; at: Instant; by: string }): Promise<number> {
    return tx.execute(`
      WITH due AS MATERIALIZED (${DUE_CLAIMS} AND s.fund_id = $1 AND cardinality(${blocksOf('c', '$2')}) = 0 ORDER BY e.granted_at, c.id LIMIT $3 FOR NO KEY UPDATE OF c SKIP LOCKED)
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, created_at, moved_at, moved_by)
      SELECT claim_id, merchant_id, $1, entitlement_no, last_n + 1, currency, due_minor, greatest(withheld_minor, 0), 0, due_minor - greatest(withheld_minor, 0), $2,
        replace(reference, '-', '') || '-' || last_n + 1, $4, $4, $5
      FROM due WHERE due_minor > greatest(withheld_minor, 0)
      ON CONFLICT DO NOTHING`, [fundId, method, limit, formatInstant(at), by]);
  }

  /** Puts pending lines of the fund that nothing stops into the batch, oldest first; those that another builder holds are left to it. */
  async include(tx: Tx, { batchId, fundId, method, limit, at, by }: { batchId: string; fundId: string; method: PayoutMethod; limit: number; at: Instant; by: string }): Promise<number> {
    return tx.execute(`
      UPDATE payment_line SET state = 'included', batch_id = $1, reason = NULL, moved_at = $5, moved_by = $6, version = version + 1 WHERE id IN (
        SELECT l.id FROM payment_line l JOIN claim c ON c.id = l.claim_id
        WHERE l.state = 'pending' AND l.fund_id = $2 AND l.method = $3 AND payable_minor(l.claim_id) >= 0 AND cardinality(${blocksOf('c', '$3')}) = 0
        ORDER BY l.id LIMIT $4 FOR NO KEY UPDATE OF l SKIP LOCKED)`, [batchId, fundId, method, limit, formatInstant(at), by]);
  }

  /** Names the account each line of an open batch goes to, from now on the one in use at this moment. */
  async freezePayees(tx: Tx, batchId: string): Promise<void> {
    await tx.execute(`
      UPDATE payment_line l SET payee_account_id = p.id, version = l.version + 1 FROM payee_account p
      WHERE l.batch_id = $1 AND p.merchant_id = l.merchant_id AND p.state = 'usable' AND l.payee_account_id IS DISTINCT FROM p.id`, [batchId]);
  }

  /** Lines of a batch that something stops by now: a hold, another account, or an entitlement that has fallen. */
  blocked(tx: Tx, batchId: string, method: PayoutMethod): Promise<BlockedLine[]> {
    return tx.query(`
      SELECT id AS "lineId", claim_id AS "claimId", reasons FROM (
        SELECT l.id, l.claim_id, ${blocksOf('c', '$2')}
          || CASE WHEN $2 = 'bank' AND EXISTS (SELECT FROM payee_account p WHERE p.id = l.payee_account_id AND p.state <> 'usable') THEN ARRAY['account_changed'] ELSE ARRAY[]::text[] END
          || CASE WHEN payable_minor(l.claim_id) < 0 THEN ARRAY['entitlement_fell'] ELSE ARRAY[]::text[] END AS reasons
        FROM payment_line l JOIN claim c ON c.id = l.claim_id WHERE l.batch_id = $1 AND l.state = 'included'
      ) checked WHERE cardinality(reasons) > 0 ORDER BY id`, [batchId, method]);
  }

  /** Takes lines out of their batch: they are due again. With a reason, the batch says which it went on without. */
  async putBack(tx: Tx, { batchId, lines, at, by }: { batchId: string; lines: readonly { lineId: string; reason: string }[] | 'all'; at: Instant; by: string }): Promise<number> {
    if (lines === 'all') {
      return tx.execute(`UPDATE payment_line SET state = 'pending', batch_id = NULL, payee_account_id = NULL, moved_at = $2, moved_by = $3, version = version + 1 WHERE batch_id = $1 AND state = 'included'`,
        [batchId, formatInstant(at), by]);
    }
    return tx.execute(`
      UPDATE payment_line l SET state = 'pending', batch_id = NULL, payee_account_id = NULL, reason = w.reason, moved_at = $4, moved_by = $5, version = version + 1
      FROM unnest($2::uuid[], $3::text[]) AS w (id, reason) WHERE l.id = w.id AND l.batch_id = $1 AND l.state = 'included'`,
    [batchId, lines.map(({ lineId }) => lineId), lines.map(({ reason }) => reason), formatInstant(at), by]);
  }

  /** Notes lines that a locked batch goes on without. */
  async noteDropped(tx: Tx, batchId: string, lines: readonly { lineId: string; reason: string }[], at: Instant): Promise<void> {
    await tx.execute('INSERT INTO payout_drop (batch_id, line_id, reason, at) SELECT $1, w.id, w.reason, $4 FROM unnest($2::uuid[], $3::text[]) AS w (id, reason)',
      [batchId, lines.map(({ lineId }) => lineId), lines.map(({ reason }) => reason), formatInstant(at)]);
  }

  /** Pending lines of claims whose entitlement no longer bears them are not paid any more. */
  async drop(tx: Tx, claimId: string, { at, by }: { at: Instant; by: string }): Promise<number> {
    return tx.execute(`
      UPDATE payment_line SET state = 'dropped', moved_at = $2, moved_by = $3, version = version + 1 WHERE claim_id = $1 AND state = 'pending' AND payable_minor($1) < 0`, [claimId, formatInstant(at), by]);
  }

  async totals(reader: Reader, batchId: string): Promise<BatchTotals> {
    const [row] = await reader.query<BatchTotals>(`
      SELECT count(*)::int AS count, coalesce(sum(gross_minor), 0)::text AS "grossMinor", coalesce(sum(withheld_minor), 0)::text AS "withheldMinor", coalesce(sum(net_minor), 0)::text AS "netMinor"
      FROM payment_line WHERE batch_id = $1`, [batchId]);
    if (row === undefined) throw new Error('a sum has a row');
    return row;
  }

  /** Lines of a batch in the order of their references, after one of them. */
  ofBatch(reader: Reader, batchId: string, { after = '', limit }: { after?: string; limit: number }): Promise<PaymentLineEntity[]> {
    return reader.manager.getRepository(PaymentLineEntity).createQueryBuilder('line').where('line.batchId = :batchId', { batchId })
      .andWhere('line.endToEndId COLLATE "C" > :after', { after }).orderBy('line.endToEndId COLLATE "C"').take(limit).getMany();
  }

  /** Lines of a batch as its file names them, in the order of their references; after an empty one, from the beginning. */
  paid(reader: Reader, batchId: string, { after, limit }: { after: string; limit: number }): Promise<PaidLine[]> {
    return reader.named('payment_line_paid', `
      SELECT l.end_to_end_id AS "endToEndId", l.uetr, l.net_minor::text AS "netMinor", l.payee_account_id AS "payeeAccountId", c.reference, m.legal_name AS "legalName",
        m.registration_value AS registration, m.phone, m.address
      FROM payment_line l JOIN claim c ON c.id = l.claim_id JOIN merchant m ON m.id = l.merchant_id
      WHERE l.batch_id = $1 AND l.end_to_end_id COLLATE "C" > $2 ORDER BY l.end_to_end_id COLLATE "C" LIMIT $3`, [batchId, after, limit]);
  }

  /** Newest first; bounded, since a claim has few. */
  ofClaim(reader: Reader, claimId: string): Promise<PaymentLineEntity[]> {
    return reader.manager.getRepository(PaymentLineEntity).find({ where: { claimId }, order: { n: 'DESC' }, take: 100 });
  }

  find(reader: Reader, id: string): Promise<PaymentLineEntity | null> {
    return reader.manager.getRepository(PaymentLineEntity).findOneBy({ id });
  }

  /** Locked, after its claim: the order in which everything that pays locks. */
  async lock(tx: Tx, id: string): Promise<PaymentLineEntity | null> {
    await tx.query('SELECT FROM claim c JOIN payment_line l ON l.claim_id = c.id WHERE l.id = $1 FOR NO KEY UPDATE OF c', [id]);
    await tx.query('SELECT FROM payment_line WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return this.find(tx, id);
  }

  /** Moves those of the lines that stand in one of the states, locked in the order of their ids; says which, and where they stood. */
  async moveAll(tx: Tx, { from, to, lines, at, by }: { from: readonly LineState[]; to: LineState; lines: readonly { lineId: string; reason?: string }[]; at: Instant; by: string }): Promise<MovedLine[]> {
    if (lines.length === 0) return [];
    return tx.named('payment_line_move_all', `
      WITH wanted AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS w (id, reason)),
      standing AS (
        SELECT l.id, l.state, w.reason FROM payment_line l JOIN wanted w ON w.id = l.id WHERE l.state = ANY ($3::text[]) ORDER BY l.id FOR NO KEY UPDATE OF l)
      UPDATE payment_line l SET state = $4, reason = s.reason, moved_at = $5, moved_by = $6, version = l.version + 1 FROM standing s WHERE l.id = s.id
      RETURNING l.id AS "lineId", l.claim_id AS "claimId", l.merchant_id AS "merchantId", l.fund_id AS "fundId", l.batch_id AS "batchId", l.entitlement_no AS "entitlementNo", l.currency,
        l.gross_minor::text AS "grossMinor", l.withheld_minor::text AS "withheldMinor", l.offset_minor::text AS "offsetMinor", l.net_minor::text AS "netMinor", s.state AS "from", l.reason`,
    [lines.map(({ lineId }) => lineId), lines.map(({ reason }) => reason ?? null), from, to, formatInstant(at), by]);
  }
}
