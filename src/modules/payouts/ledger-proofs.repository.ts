import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface ProofRow {
  readonly id: string;
  readonly payingAccountId: string;
  /** Null: the whole account. */
  readonly fundId: string | null;
  readonly day: string;
  readonly currency: string;
  readonly lineCount: number;
  readonly claimsMinor: string;
  readonly ledgerMinor: string;
  readonly bankMinor: string | null;
  readonly at: Date;
}

const COLUMNS = `id, paying_account_id AS "payingAccountId", fund_id AS "fundId", day::text, currency, line_count AS "lineCount", claims_minor::text AS "claimsMinor",
  ledger_minor::text AS "ledgerMinor", bank_minor::text AS "bankMinor", at`;

@Injectable()
export class LedgerProofsRepository {
  /** An account whose day, where its bank is, has no proof yet; held until the commit, so that two sweeps do not prove the same. */
  async unproved(tx: Tx, now: Instant): Promise<{ id: string; day: string } | undefined> {
    const [row] = await tx.query<{ id: string; day: string }>(`
      SELECT a.id, ($1::timestamptz AT TIME ZONE a.zone)::date::text AS day FROM paying_account a
      WHERE NOT EXISTS (SELECT FROM ledger_proof p WHERE p.paying_account_id = a.id AND p.fund_id IS NULL AND p.day = ($1::timestamptz AT TIME ZONE a.zone)::date)
      ORDER BY a.id LIMIT 1 FOR NO KEY UPDATE OF a SKIP LOCKED`, [formatInstant(now)]);
    return row;
  }

  /**
   * Sums the account and each of its funds, in one statement and so at one moment, from three places that no code moves together:
   * payments that are settled less what was paid back, what payments and repayments have on `paid` of funds less what was kept back from payments, and what the bank booked.
   * Each payment and each repayment counts for the account it left or came back on; what was set off is on the claim that owed it, and left no account.
   */
  async prove(tx: Tx, { payingAccountId, day, at }: { payingAccountId: string; day: string; at: Instant }): Promise<ProofRow[]> {
    return tx.query(`
      WITH lines AS (
        SELECT l.fund_id, count(*) FILTER (WHERE l.state = 'settled')::int AS n, coalesce(sum(l.net_minor) FILTER (WHERE l.state = 'settled'), 0) AS net, sum(l.offset_minor) AS kept_back
        FROM payout_batch b JOIN payment_line l ON l.batch_id = b.id WHERE b.paying_account_id = $1 AND l.state IN ('in_transit', 'accepted_by_bank', 'settled') GROUP BY l.fund_id),
      repaid AS (
        SELECT o.fund_id, sum(e.amount_minor) AS minor FROM overpayment_entry e JOIN overpayment o ON o.id = e.overpayment_id WHERE e.paying_account_id = $1 GROUP BY o.fund_id),
      posted AS (
        SELECT e.fund_id, sum(p.amount_minor) AS minor FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id JOIN ledger_entry e ON e.id = p.entry_id JOIN fund f ON f.id = e.fund_id
        LEFT JOIN payment_line l ON l.id = e.line_id LEFT JOIN payout_batch b ON b.id = l.batch_id
        WHERE a.name = 'paid' AND e.kind NOT IN ('recovery_set_off', 'recovery_set_off_undone')
          AND coalesce(b.paying_account_id, CASE e.kind WHEN 'recovery_repaid' THEN e.reference::uuid END, f.paying_account_id) = $1 GROUP BY e.fund_id),
      funds AS (
        SELECT fund_id, coalesce(lines.n, 0) AS n, coalesce(lines.net, 0) - coalesce(repaid.minor, 0) AS claims, coalesce(posted.minor, 0) - coalesce(lines.kept_back, 0) AS ledger
        FROM lines FULL JOIN repaid USING (fund_id) FULL JOIN posted USING (fund_id)),
      booked AS (
        SELECT coalesce(sum(p.amount_minor), 0) AS minor FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id WHERE a.paying_account_id = $1 AND a.name = 'cleared'),
      sums AS (
        SELECT NULL::uuid AS fund_id, coalesce(sum(n), 0)::int AS n, coalesce(sum(claims), 0) AS claims, coalesce(sum(ledger), 0) AS ledger, (SELECT minor FROM booked) AS bank FROM funds
        UNION ALL SELECT fund_id, n, claims, ledger, NULL FROM funds)
      INSERT INTO ledger_proof (paying_account_id, fund_id, day, currency, line_count, claims_minor, ledger_minor, bank_minor, at)
      SELECT $1, s.fund_id, $2, a.currency, s.n, s.claims, s.ledger, s.bank, $3 FROM sums s, paying_account a WHERE a.id = $1
      RETURNING ${COLUMNS}`, [payingAccountId, day, formatInstant(at)]);
  }

  /** Of an account as a whole or of a fund, the newest first. */
  list(reader: Reader, { payingAccountId, fundId }: { payingAccountId?: string; fundId?: string }, before: string | undefined, limit: number): Promise<ProofRow[]> {
    return reader.query(`
      SELECT ${COLUMNS} FROM ledger_proof WHERE ($1::uuid IS NULL OR paying_account_id = $1 AND fund_id IS NULL) AND ($2::uuid IS NULL OR fund_id = $2) AND ($3::uuid IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4`, [payingAccountId ?? null, fundId ?? null, before ?? null, limit]);
  }
}
