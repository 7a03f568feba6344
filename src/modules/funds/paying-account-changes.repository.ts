import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { PayoutMethod } from './ledger.rules.js';
import type { AccountTerms, ChangeOutcome } from './paying-accounts.rules.js';

/** New terms of the account, or with a fund: that it pays from this account, and how. */
export type WhatChanges = Partial<AccountTerms> & { readonly method?: PayoutMethod };

export interface ChangeRow {
  readonly payingAccountId: string;
  readonly n: number;
  readonly fundId: string | null;
  readonly what: WhatChanges;
  /** Of the account, or of the fund, as the proposer saw it. */
  readonly baseVersion: number;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly outcome: ChangeOutcome | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

const COLUMNS = `paying_account_id AS "payingAccountId", n, fund_id AS "fundId", what, base_version AS "baseVersion", proposed_by AS "proposedBy", proposed_at AS "proposedAt", outcome,
  decided_by AS "decidedBy", decided_at AS "decidedAt"`;

@Injectable()
export class PayingAccountChangesRepository {
  /** Numbered under the lock of the account. Violates `paying_account_change_open_uq` and `paying_account_change_fund_uq` where one waits already. */
  async propose(tx: Tx, row: { payingAccountId: string; fundId?: string; what: WhatChanges; baseVersion: number; by: string; at: Instant }): Promise<ChangeRow> {
    const [made] = await tx.query<ChangeRow>(`
      INSERT INTO paying_account_change (paying_account_id, n, fund_id, what, base_version, proposed_by, proposed_at)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6 FROM paying_account_change WHERE paying_account_id = $1 RETURNING ${COLUMNS}`,
    [row.payingAccountId, row.fundId ?? null, JSON.stringify(row.what), row.baseVersion, row.by, formatInstant(row.at)]);
    if (made === undefined) throw new Error('the change was not stored');
    return made;
  }

  async find(reader: Reader, payingAccountId: string, n: number): Promise<ChangeRow | undefined> {
    const [row] = await reader.query<ChangeRow>(`SELECT ${COLUMNS} FROM paying_account_change WHERE paying_account_id = $1 AND n = $2`, [payingAccountId, n]);
    return row;
  }

  async decide(tx: Tx, { payingAccountId, n }: Pick<ChangeRow, 'payingAccountId' | 'n'>, { outcome, by, at }: { outcome: ChangeOutcome; by: string; at: Instant }): Promise<void> {
    await tx.execute('UPDATE paying_account_change SET outcome = $3, decided_by = $4, decided_at = $5 WHERE paying_account_id = $1 AND n = $2', [payingAccountId, n, outcome, by, formatInstant(at)]);
  }

  /** Newest first; `before` is the last number of the page before. */
  list(reader: Reader, payingAccountId: string, before: number | undefined, limit: number): Promise<ChangeRow[]> {
    return reader.query(`SELECT ${COLUMNS} FROM paying_account_change WHERE paying_account_id = $1 AND ($2::int IS NULL OR n < $2) ORDER BY n DESC LIMIT $3`, [payingAccountId, before ?? null, limit]);
  }
}
