import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import type { AccountName } from './ledger.rules.js';

/** Whose accounts: of a fund, or of a paying account. */
export interface LedgerSide {
  readonly fundId?: string;
  readonly payingAccountId?: string;
}

export interface EntryFilter extends LedgerSide {
  readonly claimId?: string;
  readonly lineId?: string;
  readonly kind?: string;
}

export interface AccountRow {
  readonly id: string;
  readonly fundId: string | null;
  readonly payingAccountId: string | null;
  readonly name: AccountName;
  readonly currency: string;
  readonly balanceMinor: string;
}

export interface EntryRow {
  readonly seq: string;
  readonly id: string;
  readonly fundId: string | null;
  readonly payingAccountId: string | null;
  readonly kind: string;
  readonly at: Date;
  readonly claimId: string | null;
  readonly entitlementNo: number | null;
  readonly lineId: string | null;
  readonly reference: string | null;
  readonly postings: readonly { readonly account: AccountName; readonly amountMinor: string; readonly currency: string }[];
}

const ACCOUNT = `a.id, a.fund_id AS "fundId", a.paying_account_id AS "payingAccountId", a.name, a.currency`;
const OF_SIDE = '($1::uuid IS NULL OR a.fund_id = $1) AND ($2::uuid IS NULL OR a.paying_account_id = $2)';

/** Reads the ledger of either side: accounts, balances as they stood, entries. */
@Injectable()
export class LedgerReadsRepository {
  /** In the order of their ids. */
  accounts(reader: Reader, { fundId, payingAccountId }: LedgerSide, after: string | undefined, limit: number): Promise<AccountRow[]> {
    return reader.query(`SELECT ${ACCOUNT}, a.balance_minor::text AS "balanceMinor" FROM ledger_account a WHERE ${OF_SIDE} AND ($3::uuid IS NULL OR a.id > $3) ORDER BY a.id LIMIT $4`,
      [fundId ?? null, payingAccountId ?? null, after ?? null, limit]);
  }

  /** Of one side, by name, as they stand now. */
  balances(reader: Reader, { fundId, payingAccountId }: LedgerSide): Promise<AccountRow[]> {
    return reader.query(`SELECT ${ACCOUNT}, a.balance_minor::text AS "balanceMinor" FROM ledger_account a WHERE ${OF_SIDE} ORDER BY a.name`, [fundId ?? null, payingAccountId ?? null]);
  }

  /**
   * Of one side, by name, as they stood: what was posted until then, or what stands now less what was posted since, whichever is the shorter time; so that the days that people
   * ask for are not paid for with all that there ever was. Edge: what was posted at that very instant had been posted.
   */
  async balancesAsOf(reader: Reader, { fundId, payingAccountId }: LedgerSide, asOf: Instant): Promise<AccountRow[]> {
    const [column, id, at] = [fundId === undefined ? 'paying_account_id' : 'fund_id', fundId ?? payingAccountId, formatInstant(asOf)];
    const [{ isOld } = { isOld: false }] = await reader.query<{ isOld: boolean }>(`
      SELECT coalesce($2::timestamptz - min(at) < max(at) - $2::timestamptz, false) AS "isOld" FROM ledger_entry WHERE ${column} = $1`, [id, at]);
    return reader.query(`
      SELECT ${ACCOUNT}, (${isOld ? '' : 'a.balance_minor - '}coalesce(moved.minor, 0))::text AS "balanceMinor" FROM ledger_account a
      LEFT JOIN (SELECT p.account_id, sum(p.amount_minor) AS minor FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id WHERE e.${column} = $1 AND e.at ${isOld ? '<=' : '>'} $2 GROUP BY p.account_id) moved ON moved.account_id = a.id
      WHERE a.${column} = $1 ORDER BY a.name`, [id, at]);
  }

  /** In the order they were posted. */
  entries(reader: Reader, { fundId, payingAccountId, claimId, lineId, kind }: EntryFilter, afterSeq: string, limit: number): Promise<EntryRow[]> {
    const wanted = Object.entries({ fund_id: fundId, paying_account_id: payingAccountId, claim_id: claimId, line_id: lineId, kind }).filter(([, value]) => value !== undefined);
    return reader.query(`
      SELECT e.seq::text, e.id, e.fund_id AS "fundId", e.paying_account_id AS "payingAccountId", e.kind, e.at, e.claim_id AS "claimId", e.entitlement_no AS "entitlementNo", e.line_id AS "lineId", e.reference,
             (SELECT json_agg(json_build_object('account', a.name, 'amountMinor', p.amount_minor::text, 'currency', p.currency) ORDER BY a.name)
              FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id WHERE p.entry_id = e.id) AS postings
      FROM ledger_entry e WHERE e.seq > $1 ${wanted.map(([column], place) => `AND e.${column} = $${place + 3}`).join(' ')} ORDER BY e.seq LIMIT $2`,
    [afterSeq, limit, ...wanted.map(([, value]) => value)]);
  }
}
