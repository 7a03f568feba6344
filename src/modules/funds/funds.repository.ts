import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { FundEntity } from './fund.entity.js';
import { type AccountName, type FundMode, type Posting, type RecoveryEvent } from './ledger.rules.js';
import type { BankPosting, LinePosting } from './views/line-posting.js';

export interface NewEntry {
  readonly fundId: string;
  readonly kind: 'deposit' | 'reservation' | 'release' | 'renewal' | `recovery_${RecoveryEvent}`;
  readonly at: Instant;
  readonly claim?: { readonly id: string; readonly entitlementNo: number };
  readonly reference?: string;
  readonly postings: readonly Posting[];
}

@Injectable()
export class FundsRepository {
  async insert(tx: Tx, fund: { code: string; name: string; mode: FundMode; isLimited: boolean; currency: string; at: Instant; accounts: readonly AccountName[] }): Promise<string> {
    const [row] = await tx.query<{ id: string }>(`
      WITH made AS (INSERT INTO fund (code, name, mode, currency, created_at, limit_minor) VALUES ($1, $2, $3, $4, $5, $7) RETURNING id, currency),
      opened AS (INSERT INTO ledger_account (fund_id, name, currency) SELECT id, unnest($6::text[]), currency FROM made)
      SELECT id FROM made`, [fund.code, fund.name, fund.mode, fund.currency, formatInstant(fund.at), fund.accounts, fund.isLimited ? 0 : null]);
    if (row === undefined) throw new Error('the fund was not stored');
    return row.id;
  }

  find(reader: Reader, id: string): Promise<FundEntity | null> {
    return reader.manager.getRepository(FundEntity).findOneBy({ id });
  }

  named(reader: Reader, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
    return reader.named('fund_names', 'SELECT id, name FROM fund WHERE id = ANY ($1::uuid[])', [ids]);
  }

  /** In the order in which they were made, after one of them; without a limit, all. */
  list(reader: Reader, { after, limit }: { after?: string; limit?: number } = {}): Promise<FundEntity[]> {
    return reader.manager.getRepository(FundEntity).find({ order: { id: 'ASC' }, ...(after === undefined ? {} : { where: { id: MoreThan(after) } }), ...(limit === undefined ? {} : { take: limit }) });
  }

  /** Entries with their postings in one statement, numbered in the order given; balances follow by trigger, and a forbidden sign refuses all of them. */
  async post(tx: Tx, entries: readonly NewEntry[]): Promise<void> {
    const postings = entries.flatMap((entry, index) => entry.postings.map((posting) => ({ ...posting, index: index + 1 })));
    await tx.named('ledger_post', `
      WITH given AS MATERIALIZED (
        SELECT uuidv7() AS id, e.* FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[], $5::int[], $6::text[]) WITH ORDINALITY AS e (fund_id, kind, at, claim_id, entitlement_no, reference, n)
      ), entry AS (
        INSERT INTO ledger_entry (id, fund_id, kind, at, claim_id, entitlement_no, reference) SELECT id, fund_id, kind, at, claim_id, entitlement_no, reference FROM given ORDER BY n
      )
      INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
      SELECT given.id, a.id, p.amount, a.currency
      FROM unnest($7::int[], $8::text[], $9::bigint[]) AS p (n, name, amount) JOIN given ON given.n = p.n JOIN ledger_account a ON a.fund_id = given.fund_id AND a.name = p.name
      ORDER BY a.id, p.n`,
    [entries.map(({ fundId }) => fundId), entries.map(({ kind }) => kind), entries.map(({ at }) => formatInstant(at)), entries.map(({ claim }) => claim?.id ?? null),
      entries.map(({ claim }) => claim?.entitlementNo ?? null), entries.map(({ reference }) => reference ?? null),
      postings.map(({ index }) => index), postings.map(({ account }) => account), postings.map(({ amountMinor }) => amountMinor.toString())]);
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

  /** Entries of a paying account: what its bank has booked. */
  async postBankAll(tx: Tx, { payingAccountId, at }: { payingAccountId: string; at: Instant }, entries: readonly BankPosting[]): Promise<void> {
    const flat = entries.flatMap(({ postings }, index) => postings.filter(({ amountMinor }) => amountMinor !== 0n).map((posting) => ({ ...posting, index })));
    await tx.named('ledger_post_bank', `
      WITH wanted AS MATERIALIZED (SELECT uuidv7() AS id, w.* FROM unnest($3::int[], $4::text[], $5::uuid[], $6::text[]) AS w (index, kind, line_id, reference)),
      entered AS (
        INSERT INTO ledger_entry (id, paying_account_id, kind, at, line_id, reference) SELECT id, $1, kind, $2, line_id, reference FROM wanted ORDER BY index
      )
      INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
      SELECT w.id, a.id, p.amount, a.currency FROM unnest($7::int[], $8::text[], $9::bigint[]) AS p (index, name, amount)
      JOIN wanted w ON w.index = p.index JOIN ledger_account a ON a.paying_account_id = $1 AND a.name = p.name`,
    [payingAccountId, formatInstant(at), entries.map((_entry, index) => index), entries.map(({ kind }) => kind), entries.map(({ lineId }) => lineId ?? null), entries.map(({ reference }) => reference ?? null),
      flat.map(({ index }) => index), flat.map(({ account }) => account), flat.map(({ amountMinor }) => amountMinor.toString())]);
  }

  /** What stands on an account of a fund, in minor units; others may move it meanwhile. */
  async standing(reader: Reader, fundId: string, account: AccountName): Promise<bigint> {
    const [row] = await reader.query<{ balance: string }>('SELECT balance_minor::text AS balance FROM ledger_account WHERE fund_id = $1 AND name = $2', [fundId, account]);
    return BigInt(row?.balance ?? '0');
  }

  /** What a fund with a limit has left, in minor units; until the commit nobody else reserves from it. */
  async available(tx: Tx, fundId: string): Promise<bigint> {
    // A statement of its own: the balance must be what the one who held the lock before has left.
    await tx.named('ledger_reserve_lock', 'SELECT pg_advisory_xact_lock(hashtextextended($1::text, 13))', [fundId]);
    const [row] = await tx.named<{ balance: string }>('ledger_available', `SELECT balance_minor::text AS balance FROM ledger_account WHERE fund_id = $1 AND name = 'available'`, [fundId]);
    return BigInt(row?.balance ?? '0');
  }

  /** Whether anything stands for some accepted claim of a scheme on some accounts together. */
  async isAnythingStanding(reader: Reader, fundId: string, schemeId: string, accounts: readonly AccountName[]): Promise<boolean> {
    return (await reader.query(`
      SELECT FROM claim c WHERE c.scheme_id = $2 AND c.state = 'accepted' AND 0 <> (
        SELECT coalesce(sum(p.amount_minor), 0) FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
        WHERE e.claim_id = c.id AND e.fund_id = $1 AND a.name = ANY ($3::text[])) LIMIT 1`, [fundId, schemeId, accounts])).length > 0;
  }

  /** What stands for each claim on some accounts together, in minor units; one for which nothing ever was is left out. */
  async standingFor(reader: Reader, fundId: string, claimIds: readonly string[], accounts: readonly AccountName[]): Promise<ReadonlyMap<string, bigint>> {
    const rows = await reader.named<{ claimId: string; minor: string }>('ledger_standing_for', `
      SELECT e.claim_id AS "claimId", sum(p.amount_minor)::text AS minor FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
      WHERE e.claim_id = ANY ($2::uuid[]) AND e.fund_id = $1 AND a.name = ANY ($3::text[]) GROUP BY e.claim_id`, [fundId, claimIds, accounts]);
    return new Map(rows.map(({ claimId, minor }) => [claimId, BigInt(minor)]));
  }
}
