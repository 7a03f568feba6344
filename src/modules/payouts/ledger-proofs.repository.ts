import { Injectable } from '@nestjs/common';
import { formatInstant, type CalendarDate, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { BOOKED, REPLACED_DEBIT } from './bank/missing-bookings.repository.js';

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
  /** What people said the bank has done, and what it has told in another order, so that it books it later; null where `bankMinor` is. */
  readonly unbookedMinor: string | null;
  readonly at: Date;
}

const COLUMNS = `id, paying_account_id AS "payingAccountId", fund_id AS "fundId", day::text, currency, line_count AS "lineCount", claims_minor::text AS "claimsMinor",
  ledger_minor::text AS "ledgerMinor", bank_minor::text AS "bankMinor", unbooked_minor::text AS "unbookedMinor", at`;

/**
 * SQL: what the bank of account $1 booked for payments and repayments (`booked`), and what of the settled it has not booked yet (`unbooked`).
 * What a break holds in suspense is no payment, except that `missing_debit` holds what `unbooked` says by the line; a sum that was booked for a batch is one once its lines are settled by it.
 */
const BOOKED_BY_THE_BANK = `
      entries AS (SELECT coalesce(sum(bank_minor), 0) AS minor FROM bank_item WHERE paying_account_id = $1 AND is_counted),
      other AS (SELECT coalesce(sum(balance_minor), 0) AS minor FROM ledger_account WHERE paying_account_id = $1 AND name IN ('fees', 'capital')),
      unplaced AS (
        SELECT coalesce(sum(k.suspense_minor), 0) AS minor FROM reconciliation_break k LEFT JOIN payment_line l ON l.id = k.line_id
        WHERE k.paying_account_id = $1 AND k.kind NOT IN ('missing_debit', 'sum_differs')
          AND NOT (k.kind IN ('contradicts', 'duplicate') AND k.resolution = 'bank_error' AND ${BOOKED('return')} AND (k.kind = 'contradicts' OR ${REPLACED_DEBIT}))),
      lump AS (SELECT coalesce(sum(s.amount_minor), 0) AS minor FROM bank_sum s JOIN payout_batch b ON b.id = s.batch_id WHERE b.paying_account_id = $1 AND s.allotted_at IS NULL),
      booked AS (SELECT -entries.minor - other.minor - unplaced.minor - lump.minor AS minor FROM entries, other, unplaced, lump),
      unbooked AS (
        SELECT coalesce((
          SELECT sum(CASE WHEN (l.state = 'settled' OR k.returned) AND NOT coalesce(k.debited, false) AND NOT ${REPLACED_DEBIT} THEN l.net_minor
            WHEN k.debited AND NOT k.returned AND l.state <> 'settled' AND NOT EXISTS (SELECT FROM reconciliation_break o WHERE o.line_id = l.id AND o.kind = 'contradicts' AND o.suspense_minor > 0) AND EXISTS (SELECT FROM payment_line_move m WHERE m.line_id = l.id AND m.to_state = 'returned') THEN -l.net_minor ELSE 0 END)
          FROM payout_batch b JOIN payment_line l ON l.batch_id = b.id
          LEFT JOIN LATERAL (SELECT bool_or(kind = 'debit') AS debited, bool_or(kind = 'return') AS returned FROM payment_line_booking WHERE line_id = l.id) k ON true
          WHERE b.paying_account_id = $1 AND b.released_at IS NOT NULL), 0)
        - coalesce((SELECT sum(CASE e.kind WHEN 'booked' THEN -e.amount_minor ELSE e.amount_minor END) FROM overpayment_entry e LEFT JOIN reconciliation_break k ON k.id = e.break_id
            WHERE e.kind = 'repaid' AND e.break_id IS NULL AND e.paying_account_id = $1 OR e.kind = 'booked' AND k.paying_account_id = $1), 0) AS minor)`;

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
   * payments that are settled less what was paid back; what payments and repayments have on `paid` of funds less what was kept back from payments; and what the bank has booked, which is
   * every entry it told of, less those that are no payment: its charges, money of the operator, and what nobody has placed. Of what was settled, the bank may have booked some not yet: the
   * payments that two people confirmed, the returns that came before their debit. `cleared` and `suspense` of the ledger, which are posted with the lines, are in none of the sums.
   * Each payment and each repayment counts for the account it left or came back on; what was set off is on the claim that owed it, and left no account. Source: docs/domain/payouts.md.
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
      ${BOOKED_BY_THE_BANK},
      sums AS (
        SELECT NULL::uuid AS fund_id, coalesce(sum(n), 0)::int AS n, coalesce(sum(claims), 0) AS claims, coalesce(sum(ledger), 0) AS ledger, (SELECT minor FROM booked) AS bank, (SELECT minor FROM unbooked) AS unbooked
        FROM funds
        UNION ALL SELECT fund_id, n, claims, ledger, NULL, NULL FROM funds)
      INSERT INTO ledger_proof (paying_account_id, fund_id, day, currency, line_count, claims_minor, ledger_minor, bank_minor, unbooked_minor, at)
      SELECT $1, s.fund_id, $2, a.currency, s.n, s.claims, s.ledger, s.bank, s.unbooked, $3 FROM sums s, paying_account a WHERE a.id = $1
      RETURNING ${COLUMNS}`, [payingAccountId, day, formatInstant(at)]);
  }

  /** The first of the whole account that was made once a day was over. */
  async firstAfter(reader: Reader, payingAccountId: string, day: CalendarDate): Promise<ProofRow | undefined> {
    const [row] = await reader.query<ProofRow>(`SELECT ${COLUMNS} FROM ledger_proof WHERE paying_account_id = $1 AND fund_id IS NULL AND day > $2 ORDER BY day LIMIT 1`, [payingAccountId, day]);
    return row;
  }

  /** Of an account as a whole or of a fund, the newest first. */
  list(reader: Reader, { payingAccountId, fundId }: { payingAccountId?: string; fundId?: string }, before: string | undefined, limit: number): Promise<ProofRow[]> {
    return reader.query(`
      SELECT ${COLUMNS} FROM ledger_proof WHERE ($1::uuid IS NULL OR paying_account_id = $1 AND fund_id IS NULL) AND ($2::uuid IS NULL OR fund_id = $2) AND ($3::uuid IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4`, [payingAccountId ?? null, fundId ?? null, before ?? null, limit]);
  }
}
