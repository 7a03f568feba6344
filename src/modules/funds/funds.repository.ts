import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { FundEntity } from './fund.entity.js';
import { HELD_ACCOUNTS, type AccountName, type FundMode, type Posting } from './ledger.rules.js';
import type { LinePosting } from './views/line-posting.js';

export interface NewEntry {
  readonly fundId: string;
  readonly kind: 'deposit' | 'reservation' | 'release' | 'renewal';
  readonly at: Instant;
  readonly claim?: { readonly id: string; readonly entitlementNo: number };
  readonly reference?: string;
  readonly postings: readonly Posting[];
}

export interface BalanceRow {
  readonly name: AccountName;
  readonly balanceMinor: string;
}

export interface EntryRow {
  readonly seq: string;
  readonly id: string;
  readonly kind: string;
  readonly at: Date;
  readonly claimId: string | null;
  readonly entitlementNo: number | null;
  readonly reference: string | null;
  readonly postings: readonly { account: AccountName; amountMinor: string }[];
}

@Injectable()
export class FundsRepository {
  async insert(tx: Tx, fund: { code: string; name: string; mode: FundMode; limitMinor?: bigint; currency: string; at: Instant; accounts: readonly AccountName[] }): Promise<string> {
    const [row] = await tx.query<{ id: string }>(`
      WITH made AS (INSERT INTO fund (code, name, mode, currency, created_at, limit_minor) VALUES ($1, $2, $3, $4, $5, $7) RETURNING id, currency),
      opened AS (INSERT INTO ledger_account (fund_id, name, currency) SELECT id, unnest($6::text[]), currency FROM made)
      SELECT id FROM made`, [fund.code, fund.name, fund.mode, fund.currency, formatInstant(fund.at), fund.accounts, fund.limitMinor?.toString() ?? null]);
    if (row === undefined) throw new Error('the fund was not stored');
    return row.id;
  }

  find(reader: Reader, id: string): Promise<FundEntity | null> {
    return reader.manager.getRepository(FundEntity).findOneBy({ id });
  }

  list(reader: Reader): Promise<FundEntity[]> {
    return reader.manager.getRepository(FundEntity).find({ order: { id: 'ASC' }, take: 200 });
  }

  /** An entry a claim, each with its two postings, in one statement; the balances are checked when all of it is there. */
  async reserveAll(tx: Tx, { fundId, at, rows }: { fundId: string; at: Instant; rows: readonly { claimId: string; entitlementNo: number; minor: bigint }[] }): Promise<void> {
    await tx.named('ledger_reserve_all', `
      WITH given AS (SELECT * FROM unnest($3::uuid[], $4::int[], $5::bigint[]) AS u (claim_id, n, minor)),
      entries AS (
        INSERT INTO ledger_entry (fund_id, kind, at, claim_id, entitlement_no) SELECT $1, 'reservation', $2, claim_id, n FROM given ORDER BY claim_id RETURNING id, claim_id
      )
      INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
      SELECT e.id, a.id, CASE a.name WHEN 'available' THEN -g.minor ELSE g.minor END, a.currency
      FROM given g JOIN entries e USING (claim_id) JOIN ledger_account a ON a.fund_id = $1 AND a.name IN ('available', 'reserved') ORDER BY a.id, e.id`,
    [fundId, formatInstant(at), rows.map(({ claimId }) => claimId), rows.map(({ entitlementNo }) => entitlementNo), rows.map(({ minor }) => String(minor))]);
  }

  /** One entry with its postings in one statement; balances follow by trigger, and a forbidden sign refuses it. */
  async post(tx: Tx, entry: NewEntry): Promise<void> {
    await tx.named('ledger_post', `
      WITH entry AS (
        INSERT INTO ledger_entry (fund_id, kind, at, claim_id, entitlement_no, reference) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
      )
      INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
      SELECT entry.id, a.id, p.amount, a.currency
      FROM entry, unnest($7::text[], $8::bigint[]) AS p (name, amount)
      JOIN ledger_account a ON a.fund_id = $1 AND a.name = p.name
      ORDER BY a.id`,
    [entry.fundId, entry.kind, formatInstant(entry.at), entry.claim?.id ?? null, entry.claim?.entitlementNo ?? null, entry.reference ?? null,
      entry.postings.map(({ account }) => account), entry.postings.map(({ amountMinor }) => amountMinor.toString())]);
  }

  /** An entry of one kind for each of many payments, with as many statements as for one. */
  async postLines(tx: Tx, { fundId, kind, at }: { fundId: string; kind: string; at: Instant }, lines: readonly LinePosting[]): Promise<void> {
    const flat = lines.flatMap(({ postings }, index) => postings.filter(({ amountMinor }) => amountMinor !== 0n).map((posting) => ({ ...posting, index })));
    await tx.named('ledger_post_lines', `
      WITH wanted AS (
        SELECT uuidv7() AS id, w.index, w.line_id, w.claim_id, w.entitlement_no FROM unnest($4::int[], $5::uuid[], $6::uuid[], $7::int[]) AS w (index, line_id, claim_id, entitlement_no)
      ), entered AS (
        INSERT INTO ledger_entry (id, fund_id, kind, at, claim_id, entitlement_no, line_id) SELECT id, $1, $2, $3, claim_id, entitlement_no, line_id FROM wanted ORDER BY index
      )
      INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
      SELECT w.id, a.id, p.amount, a.currency FROM unnest($8::int[], $9::text[], $10::bigint[]) AS p (index, name, amount)
      JOIN wanted w ON w.index = p.index JOIN ledger_account a ON a.fund_id = $1 AND a.name = p.name`,
    [fundId, kind, formatInstant(at), lines.map((_line, index) => index), lines.map(({ lineId }) => lineId), lines.map(({ claimId }) => claimId), lines.map(({ entitlementNo }) => entitlementNo),
      flat.map(({ index }) => index), flat.map(({ account }) => account), flat.map(({ amountMinor }) => amountMinor.toString())]);
  }

  /** An entry of a paying account: what its bank has booked. */
  async postBank(tx: Tx, entry: { payingAccountId: string; kind: string; at: Instant; lineId?: string; reference?: string; postings: readonly Posting[] }): Promise<void> {
    await tx.named('ledger_post_bank', `
      WITH entry AS (
        INSERT INTO ledger_entry (paying_account_id, kind, at, line_id, reference) VALUES ($1, $2, $3, $4, $5) RETURNING id
      )
      INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
      SELECT entry.id, a.id, p.amount, a.currency FROM entry, unnest($6::text[], $7::bigint[]) AS p (name, amount)
      JOIN ledger_account a ON a.paying_account_id = $1 AND a.name = p.name`,
    [entry.payingAccountId, entry.kind, formatInstant(entry.at), entry.lineId ?? null, entry.reference ?? null,
      entry.postings.map(({ account }) => account), entry.postings.map(({ amountMinor }) => amountMinor.toString())]);
  }

  /** What a fund with a limit has left, in minor units; until the commit nobody else reserves from it. */
  async available(tx: Tx, fundId: string): Promise<bigint> {
    // A statement of its own: the balance must be what the one who held the lock before has left.
    await tx.named('ledger_reserve_lock', 'SELECT pg_advisory_xact_lock(hashtextextended($1::text, 13))', [fundId]);
    const [row] = await tx.named<{ balance: string }>('ledger_available', `SELECT balance_minor::text AS balance FROM ledger_account WHERE fund_id = $1 AND name = 'available'`, [fundId]);
    return BigInt(row?.balance ?? '0');
  }

  /** What is held for a claim, reserved, on its way or paid, what has to come back left out; in minor units. */
  async heldFor(reader: Reader, fundId: string, claimId: string): Promise<bigint> {
    const [row] = await reader.named<{ held: string }>('ledger_held_for', `
      SELECT coalesce(sum(p.amount_minor), 0)::text AS held FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
      WHERE e.claim_id = $2 AND e.fund_id = $1 AND a.name = ANY ($3::text[])`, [fundId, claimId, HELD_ACCOUNTS]);
    return BigInt(row?.held ?? '0');
  }

  /** What stands reserved for a claim, in minor units. */
  async reservedFor(reader: Reader, fundId: string, claimId: string): Promise<bigint> {
    const [row] = await reader.named<{ reserved: string }>('ledger_reserved_for', `
      SELECT coalesce(sum(p.amount_minor), 0)::text AS reserved FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
      WHERE e.claim_id = $2 AND e.fund_id = $1 AND a.name = 'reserved'`, [fundId, claimId]);
    return BigInt(row?.reserved ?? '0');
  }

  balances(reader: Reader, fundId: string): Promise<BalanceRow[]> {
    return reader.query('SELECT name, balance_minor::text AS "balanceMinor" FROM ledger_account WHERE fund_id = $1 ORDER BY name', [fundId]);
  }

  balancesAsOf(reader: Reader, fundId: string, asOf: Instant): Promise<BalanceRow[]> {
    return reader.query(`
      SELECT a.name, coalesce(sum(p.amount_minor) FILTER (WHERE e.at <= $2), 0)::text AS "balanceMinor"
      FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id LEFT JOIN ledger_entry e ON e.id = p.entry_id
      WHERE a.fund_id = $1 GROUP BY a.name ORDER BY a.name`, [fundId, formatInstant(asOf)]);
  }

  entries(reader: Reader, fundId: string, afterSeq: string, limit: number): Promise<EntryRow[]> {
    return reader.query(`
      SELECT e.seq::text, e.id, e.kind, e.at, e.claim_id AS "claimId", e.entitlement_no AS "entitlementNo", e.reference,
             (SELECT json_agg(json_build_object('account', a.name, 'amountMinor', p.amount_minor::text) ORDER BY a.name)
              FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id WHERE p.entry_id = e.id) AS postings
      FROM ledger_entry e WHERE e.fund_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3`, [fundId, afterSeq, limit]);
  }
}
