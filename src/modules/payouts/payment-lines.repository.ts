import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { PayoutMethod } from '../funds/index.js';
import { BLOCKED_LINES, blocksOf, cameBack, dueMinor, DUE_CLAIMS, methodOf, payableMinor, WITHHELD_CLAIMS } from './due.rules.js';
import { PaymentLineEntity, type FrozenPayee } from './payment-line.entity.js';
import { COUNTING_STATES, type LineState } from './payment-line.machine.js';
import { FILE_REFUSED, MERCHANT_REASONS } from './repair/returns.rules.js';

/** What all lines of a batch come to. */
export interface BatchTotals {
  readonly count: number;
  readonly grossMinor: string;
  readonly withheldMinor: string;
  readonly netMinor: string;
}

/** A line and its claim. */
export interface LinePlace {
  readonly lineId: string;
  readonly claimId: string;
}

/** A line that something stops, and what. */
export interface BlockedLine extends LinePlace {
  readonly reasons: readonly string[];
}

/** A line with what its payment names. */
export interface PaidLine {
  readonly endToEndId: string;
  readonly uetr: string;
  readonly netMinor: string;
  readonly payeeAccountId: string | null;
  readonly reference: string;
  readonly payee: FrozenPayee;
}

/** A line that pays again what came back. */
export interface FollowUp extends LinePlace {
  readonly replacesId: string;
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

/**
 * SQL: `sums` (claim_id, merchant_id, n, gross_minor, withheld_minor and more) of one fund ($1) with what is set off against each: what the business owes
 * the fund and agreed to have set off, over its payments in their order, and never a whole payment.
 */
export const SET_OFF = `
      rooms AS (SELECT o.merchant_id, offset_room(o.merchant_id, $1) AS minor FROM overpayment o WHERE o.fund_id = $1 AND o.closed_at IS NULL AND o.offset_agreed_at IS NOT NULL GROUP BY o.merchant_id),
      set_off AS (
        SELECT s.*, greatest(least(s.gross_minor - s.withheld_minor - 1, coalesce(r.minor, 0) - (sum(s.gross_minor - s.withheld_minor - 1) OVER (PARTITION BY s.merchant_id ORDER BY s.claim_id, s.n) - (s.gross_minor - s.withheld_minor - 1))), 0)::bigint AS offset_minor
        FROM sums s LEFT JOIN rooms r ON r.merchant_id = s.merchant_id)`;

/** Pending lines `l` of a fund and way of paying that nothing stops. */
const fitting = (fundId: string, method: string): string => `FROM payment_line l JOIN claim c ON c.id = l.claim_id
        WHERE l.state = 'pending' AND l.fund_id = ${fundId} AND l.method = ${method} AND ${payableMinor('l.claim_id')} >= 0 AND cardinality(${blocksOf('c', method)}) = 0`;

@Injectable()
export class PaymentLinesRepository {
  /**
   * Makes a line for everything that is due from a fund and that nothing stops, in the order in which it was granted, and for what came back and was put right. Claims that
   * somebody else holds at this moment are left for the next time; the index on counting lines keeps two builders apart.
   */
  async drawUp(tx: Tx, { fundId, method, limit, at, by }: { fundId: string; method: PayoutMethod; limit: number; at: Instant; by: string }): Promise<number> {
    await this.#dropUncovered(tx, fundId, { at, by });
    await this.followUp(tx, fundId, await this.#fixed(tx, fundId, limit), { at, by });
    return tx.execute(`
      WITH due AS MATERIALIZED (${DUE_CLAIMS} AND s.fund_id = $1 AND cardinality(${blocksOf('c', '$2')}) = 0 ORDER BY e.granted_at, c.id LIMIT $3 FOR NO KEY UPDATE OF c SKIP LOCKED),
      sums AS (SELECT claim_id, merchant_id, entitlement_no, last_n + 1 AS n, currency, reference, due_minor AS gross_minor, greatest(withheld_minor, 0) AS withheld_minor FROM due),
      ${SET_OFF}
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, created_at, moved_at, moved_by)
      SELECT claim_id, merchant_id, $1, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, gross_minor - withheld_minor - offset_minor, $2, replace(reference, '-', '') || '-' || n, $4, $4, $5
      FROM set_off
      ON CONFLICT DO NOTHING`, [fundId, method, limit, formatInstant(at), by]);
  }

  /** A line of nothing but tax, where the tax takes all that is due on a claim, which the caller has locked: its id, if there was something. What stops payments does not stop it: nothing of it reaches anybody. */
  drawUpWithheld(tx: Tx, claimId: string, { at, by }: { at: Instant; by: string }): Promise<{ lineId: string }[]> {
    return tx.query<{ lineId: string }>(`
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, created_at, moved_at, moved_by)
      SELECT d.claim_id, d.merchant_id, f.id, entitlement_no, last_n + 1, d.currency, due_minor, due_minor, 0, 0, f.method, replace(d.reference, '-', '') || '-' || last_n + 1, $2, $2, $3
      FROM (${WITHHELD_CLAIMS} AND c.id = $1) d JOIN claim c ON c.id = d.claim_id JOIN scheme s ON s.id = c.scheme_id JOIN fund f ON f.id = s.fund_id
      ON CONFLICT DO NOTHING RETURNING id AS "lineId"`, [claimId, formatInstant(at), by]);
  }

  /** Whether anything is pending that nothing stops. */
  async isAnythingFit(tx: Tx, { fundId, method }: { fundId: string; method: PayoutMethod }): Promise<boolean> {
    return (await tx.query(`SELECT ${fitting('$1', '$2')} LIMIT 1`, [fundId, method])).length > 0;
  }

  /** Puts pending lines of the fund that nothing stops into the batch, oldest first; those that another builder holds are left to it. */
  async include(tx: Tx, { batchId, fundId, method, limit, at, by }: { batchId: string; fundId: string; method: PayoutMethod; limit: number; at: Instant; by: string }): Promise<number> {
    return tx.execute(`
      UPDATE payment_line SET state = 'included', batch_id = $1, reason = NULL, moved_at = $5, moved_by = $6, version = version + 1 WHERE id IN (
        SELECT l.id ${fitting('$2', '$3')}
        ORDER BY l.id LIMIT $4 FOR NO KEY UPDATE OF l SKIP LOCKED)`, [batchId, fundId, method, limit, formatInstant(at), by]);
  }

  /** Writes down all that its file will say of whom each line of an open batch goes to: the account in use at this moment, and name, number, telephone and address. What does not go to a bank names no account. */
  async freezePayees(tx: Tx, batchId: string): Promise<void> {
    await tx.execute(`
      UPDATE payment_line l SET payee_account_id = CASE l.method WHEN 'bank' THEN p.id END, version = l.version + 1,
        payee = jsonb_strip_nulls(jsonb_build_object('name', m.legal_name, 'registration', m.registration_value, 'phone', m.phone, 'address', m.address))
      FROM merchant m LEFT JOIN payee_account p ON p.merchant_id = m.id AND p.state = 'usable'
      WHERE l.batch_id = $1 AND m.id = l.merchant_id`, [batchId]);
  }

  /** Lines of a batch that something stops by now: a hold, another account, or an entitlement that has fallen. */
  blocked(tx: Tx, batchId: string, method: PayoutMethod): Promise<BlockedLine[]> {
    return tx.query(`SELECT id AS "lineId", claim_id AS "claimId", reasons FROM ${BLOCKED_LINES} ORDER BY id`, [batchId, method]);
  }

  /** Takes lines out of their batch: they are due again. With a reason, the batch says which it went on without. */
  async putBack(tx: Tx, { batchId, lines, at, by }: { batchId: string; lines: readonly { lineId: string; reason: string }[] | 'all'; at: Instant; by: string }): Promise<number> {
    if (lines === 'all') {
      return tx.execute(`UPDATE payment_line SET state = 'pending', batch_id = NULL, payee_account_id = NULL, payee = NULL, moved_at = $2, moved_by = $3, version = version + 1 WHERE batch_id = $1 AND state = 'included'`,
        [batchId, formatInstant(at), by]);
    }
    return tx.execute(`
      UPDATE payment_line l SET state = 'pending', batch_id = NULL, payee_account_id = NULL, payee = NULL, reason = w.reason, moved_at = $4, moved_by = $5, version = version + 1
      FROM unnest($2::uuid[], $3::text[]) AS w (id, reason) WHERE l.id = w.id AND l.batch_id = $1 AND l.state = 'included'`,
    [batchId, lines.map(({ lineId }) => lineId), lines.map(({ reason }) => reason), formatInstant(at), by]);
  }

  /** Notes lines that a locked batch goes on without. */
  async noteDropped(tx: Tx, batchId: string, lines: readonly { lineId: string; reason: string }[], at: Instant): Promise<void> {
    await tx.execute('INSERT INTO payout_drop (batch_id, line_id, reason, at) SELECT $1, w.id, w.reason, $4 FROM unnest($2::uuid[], $3::text[]) AS w (id, reason)',
      [batchId, lines.map(({ lineId }) => lineId), lines.map(({ reason }) => reason), formatInstant(at)]);
  }

  /** Pending lines that set off more than is owed by now are made anew. */
  async #dropUncovered(tx: Tx, fundId: string, { at, by }: { at: Instant; by: string }): Promise<number> {
    return tx.execute(`
      UPDATE payment_line SET state = 'dropped', moved_at = $2, moved_by = $3, version = version + 1
      WHERE fund_id = $1 AND state = 'pending' AND offset_minor > 0 AND offset_room(merchant_id, fund_id) < 0`, [fundId, formatInstant(at), by]);
  }

  /** What came back and can be paid again without anybody asking: its file was refused whole, or its business has another account in use by now. */
  async #fixed(tx: Tx, fundId: string, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(`
      SELECT l.id FROM payment_line l JOIN claim c ON c.id = l.claim_id JOIN fund f ON f.id = l.fund_id
      WHERE l.fund_id = $1 AND ${cameBack('l')} AND cardinality(${blocksOf('c', 'f.method')}) = 0 AND (l.reason = '${FILE_REFUSED}' OR l.reason = ANY ($2::text[])
        AND EXISTS (SELECT FROM payee_account p WHERE p.merchant_id = l.merchant_id AND p.state = 'usable' AND p.id <> l.payee_account_id))
      ORDER BY l.id LIMIT $3 FOR NO KEY UPDATE OF c SKIP LOCKED`, [fundId, MERCHANT_REASONS, limit]);
    return rows.map(({ id }) => id);
  }

  /**
   * Pays again what came back: a line that names the one it follows, of the same entitlement, never of more than is due by now. Lines that somebody has
   * followed up meanwhile are left alone. The claims are locked by the caller. Answers with the new lines.
   */
  followUp(tx: Tx, fundId: string, lineIds: readonly string[], { at, by }: { at: Instant; by: string }): Promise<FollowUp[]> {
    if (lineIds.length === 0) return Promise.resolve([]);
    return tx.query<FollowUp>(`
      WITH back AS (
        SELECT l.claim_id, l.merchant_id, l.id AS replaces_id, l.entitlement_no, l.currency, c.reference, f.method, l.gross_minor AS gross_before, l.withheld_minor AS withheld_before,
          (SELECT max(m.n) FROM payment_line m WHERE m.claim_id = l.claim_id) + row_number() OVER (PARTITION BY l.claim_id ORDER BY l.n) AS n,
          least(l.gross_minor, ${dueMinor('l.claim_id')} - (sum(l.gross_minor) OVER (PARTITION BY l.claim_id ORDER BY l.n) - l.gross_minor)) AS gross_minor
        FROM payment_line l JOIN claim c ON c.id = l.claim_id JOIN fund f ON f.id = l.fund_id WHERE l.id = ANY ($2::uuid[]) AND l.fund_id = $1 AND ${cameBack('l')}
      ), sums AS (
        SELECT * FROM (SELECT b.*, CASE WHEN b.gross_minor = b.gross_before THEN b.withheld_before ELSE greatest(
          (SELECT e.withheld_minor FROM entitlement e WHERE e.claim_id = b.claim_id ORDER BY e.n DESC LIMIT 1)
            - coalesce((SELECT sum(k.withheld_minor) FROM payment_line k WHERE k.claim_id = b.claim_id AND k.state = ANY ($5::text[])), 0), 0)::bigint END AS withheld_minor FROM back b) w
        WHERE w.gross_minor > w.withheld_minor
      ), ${SET_OFF}
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, replaces_id, created_at, moved_at, moved_by)
      SELECT claim_id, merchant_id, $1, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, gross_minor - withheld_minor - offset_minor, method, replace(reference, '-', '') || '-' || n, replaces_id, $3, $3, $4
      FROM set_off ON CONFLICT DO NOTHING RETURNING id AS "lineId", claim_id AS "claimId", replaces_id AS "replacesId"`, [fundId, lineIds, formatInstant(at), by, COUNTING_STATES]);
  }

  /** Lines that went down with the file of their batch and that nobody has dealt with, in the order in which claims are locked; after one of them. */
  ofRefusedFile(tx: Tx, batchId: string, { after, limit }: { after?: LinePlace; limit: number }): Promise<LinePlace[]> {
    return tx.query<LinePlace>(`
      SELECT l.id AS "lineId", l.claim_id AS "claimId" FROM payment_line l
      WHERE l.batch_id = $1 AND l.reason = '${FILE_REFUSED}' AND ${cameBack('l')} AND ($2::uuid IS NULL OR (l.claim_id, l.id) > ($2, $3::uuid)) ORDER BY l.claim_id, l.id LIMIT $4`,
    [batchId, after?.claimId ?? null, after?.lineId ?? null, limit]);
  }

  async claimsOf(reader: Reader, lineIds: readonly string[]): Promise<string[]> {
    const rows = await reader.query<{ id: string }>('SELECT DISTINCT claim_id AS id FROM payment_line WHERE id = ANY ($1::uuid[])', [lineIds]);
    return rows.map(({ id }) => id);
  }

  /** Of these lines the ones that came back and nobody has dealt with, locked after the claims of all of them. */
  async lockBack(tx: Tx, lineIds: readonly string[]): Promise<PaymentLineEntity[]> {
    await tx.query('SELECT FROM claim WHERE id IN (SELECT claim_id FROM payment_line WHERE id = ANY ($1::uuid[])) ORDER BY id FOR NO KEY UPDATE', [lineIds]);
    const rows = await tx.query<{ id: string }>(`SELECT l.id FROM payment_line l WHERE l.id = ANY ($1::uuid[]) AND ${cameBack('l')} ORDER BY l.id FOR NO KEY UPDATE`, [lineIds]);
    return tx.manager.getRepository(PaymentLineEntity).find({ where: { id: In(rows.map(({ id }) => id)) }, order: { id: 'ASC' } });
  }

  /** Lines of a business that came back for a reason that it can put right, and went to another account than the one in use. */
  async fixedOf(tx: Tx, merchantId: string): Promise<{ lineId: string; claimId: string; fundId: string }[]> {
    return tx.query(`
      SELECT l.id AS "lineId", l.claim_id AS "claimId", l.fund_id AS "fundId" FROM payment_line l
      WHERE l.merchant_id = $1 AND ${cameBack('l')} AND l.reason = ANY ($2::text[]) AND EXISTS (SELECT FROM payee_account p WHERE p.merchant_id = $1 AND p.state = 'usable' AND p.id <> l.payee_account_id)
      ORDER BY l.claim_id, l.id`, [merchantId, MERCHANT_REASONS]);
  }

  /** Why nothing is paid on a claim now; empty when nothing stops it. */
  async blocksOn(reader: Reader, claimId: string): Promise<readonly string[]> {
    const [row] = await reader.query<{ reasons: string[] }>(`
      SELECT ${blocksOf('c', methodOf('c'))} AS reasons FROM claim c WHERE c.id = $1`, [claimId]);
    return row?.reasons ?? [];
  }

  /** What could be paid on a claim now, in minor units; below nought when more was paid than is granted by now. */
  async payable(reader: Reader, claimId: string): Promise<bigint> {
    const [row] = await reader.query<{ minor: string }>(`SELECT ${payableMinor('$1')}::text AS minor`, [claimId]);
    return BigInt(row?.minor ?? '0');
  }

  /** A line with those it follows and those that follow it, the first one first. */
  chain(reader: Reader, id: string): Promise<{ id: string; endToEndId: string; state: LineState }[]> {
    return reader.query(`
      WITH RECURSIVE before AS (
        SELECT id, replaces_id FROM payment_line WHERE id = $1 UNION ALL SELECT l.id, l.replaces_id FROM payment_line l JOIN before b ON l.id = b.replaces_id
      ), after AS (
        SELECT id FROM payment_line WHERE id = $1 UNION ALL SELECT l.id FROM payment_line l JOIN after a ON l.replaces_id = a.id
      )
      SELECT l.id, l.end_to_end_id AS "endToEndId", l.state FROM payment_line l WHERE l.id IN (SELECT id FROM before UNION SELECT id FROM after) ORDER BY l.n`, [id]);
  }

  /** Lines of a claim that are in a batch that has not left, by batch. */
  includedOf(tx: Tx, claimId: string): Promise<{ lineId: string; batchId: string }[]> {
    return tx.query(`SELECT id AS "lineId", batch_id AS "batchId" FROM payment_line WHERE claim_id = $1 AND state = 'included' ORDER BY batch_id, id`, [claimId]);
  }

  /** Pending lines of claims whose entitlement no longer bears them are not paid any more. */
  async drop(tx: Tx, claimId: string, { at, by }: { at: Instant; by: string }): Promise<number> {
    return tx.execute(`
      UPDATE payment_line SET state = 'dropped', moved_at = $2, moved_by = $3, version = version + 1 WHERE claim_id = $1 AND state = 'pending' AND ${payableMinor('$1')} < 0`, [claimId, formatInstant(at), by]);
  }

  async totals(reader: Reader, batchId: string): Promise<BatchTotals> {
    const [row] = await reader.query<BatchTotals>(`
      SELECT count(*)::int AS count, coalesce(sum(gross_minor), 0)::text AS "grossMinor", coalesce(sum(withheld_minor), 0)::text AS "withheldMinor", coalesce(sum(net_minor), 0)::text AS "netMinor"
      FROM payment_line WHERE batch_id = $1`, [batchId]);
    if (row === undefined) throw new Error('a sum has a row');
    return row;
  }

  /** Ids of lines of a batch, in the order of their references, after one of them. */
  idsOf(reader: Reader, batchId: string, { after, limit }: { after: string; limit: number }): Promise<{ lineId: string; endToEndId: string }[]> {
    return reader.query('SELECT id AS "lineId", end_to_end_id AS "endToEndId" FROM payment_line WHERE batch_id = $1 AND end_to_end_id COLLATE "C" > $2 ORDER BY end_to_end_id COLLATE "C" LIMIT $3', [batchId, after, limit]);
  }

  /** Lines of a batch in the order of their references, after one of them. */
  ofBatch(reader: Reader, batchId: string, { after = '', limit }: { after?: string; limit: number }): Promise<PaymentLineEntity[]> {
    return reader.manager.getRepository(PaymentLineEntity).createQueryBuilder('line').where('line.batchId = :batchId', { batchId })
      .andWhere('line.endToEndId COLLATE "C" > :after', { after }).orderBy('line.endToEndId COLLATE "C"').take(limit).getMany();
  }

  /** Lines of a batch as its file names them, in the order of their references; after an empty one, from the beginning. */
  paid(reader: Reader, batchId: string, { after, limit }: { after: string; limit: number }): Promise<PaidLine[]> {
    return reader.named('payment_line_paid', `
      SELECT l.end_to_end_id AS "endToEndId", l.uetr, l.net_minor::text AS "netMinor", l.payee_account_id AS "payeeAccountId", c.reference, l.payee
      FROM payment_line l JOIN claim c ON c.id = l.claim_id
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
