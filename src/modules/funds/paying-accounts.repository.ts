import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { BANK_ACCOUNTS, type PayoutMethod } from './ledger.rules.js';
import { PayingAccountEntity } from './paying-account.entity.js';
import type { AccountTerms } from './paying-accounts.rules.js';

export type NewPayingAccount = Pick<PayingAccountEntity, 'code' | 'name' | 'currency' | 'holder' | 'zone' | 'account' | 'profile' | 'approvals'> & Partial<Pick<PayingAccountEntity, 'address'>>;

@Injectable()
export class PayingAccountsRepository {
  /** With its accounts in the ledger. */
  async insert(tx: Tx, row: NewPayingAccount & { by: string; at: Instant }): Promise<string> {
    const [made] = await tx.query<{ id: string }>(`
      WITH made AS (
        INSERT INTO paying_account (code, name, currency, holder, zone, account, address, profile, approvals, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id, currency),
      opened AS (INSERT INTO ledger_account (paying_account_id, name, currency) SELECT id, unnest($12::text[]), currency FROM made)
      SELECT id FROM made`,
    [row.code, row.name, row.currency, row.holder, row.zone, JSON.stringify(row.account), row.address == null ? null : JSON.stringify(row.address), JSON.stringify(row.profile),
      JSON.stringify(row.approvals), row.by, formatInstant(row.at), BANK_ACCOUNTS]);
    if (made === undefined) throw new Error('the paying account was not stored');
    return made.id;
  }

  find(reader: Reader, id: string): Promise<PayingAccountEntity | null> {
    return reader.manager.getRepository(PayingAccountEntity).findOneBy({ id });
  }

  /** In the order in which they were made, after one of them; without a limit, all. */
  list(reader: Reader, { after, limit }: { after?: string; limit?: number } = {}): Promise<PayingAccountEntity[]> {
    return reader.manager.getRepository(PayingAccountEntity).find({ order: { id: 'ASC' }, ...(after === undefined ? {} : { where: { id: MoreThan(after) } }), ...(limit === undefined ? {} : { take: limit }) });
  }

  async bankBalanceMinor(reader: Reader, id: string): Promise<bigint> {
    const [row] = await reader.query<{ minor: string }>(`SELECT balance_minor::text AS minor FROM ledger_account WHERE paying_account_id = $1 AND name = 'bank'`, [id]);
    return BigInt(row?.minor ?? '0');
  }

  /** Under its lock: who changes one waits for whoever changes it before. */
  async lock(tx: Tx, id: string): Promise<PayingAccountEntity | null> {
    await tx.query('SELECT FROM paying_account WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return this.find(tx, id);
  }

  /** What two people have agreed on; violates `paying_account_two_ck` without them. */
  async change(tx: Tx, id: string, terms: AccountTerms): Promise<void> {
    await tx.execute('UPDATE paying_account SET name = $2, holder = $3, zone = $4, account = $5, address = $6, profile = $7, approvals = $8, version = version + 1 WHERE id = $1',
      [id, terms.name, terms.holder, terms.zone, JSON.stringify(terms.account), terms.address === null ? null : JSON.stringify(terms.address), JSON.stringify(terms.profile), JSON.stringify(terms.approvals)]);
  }

  /** Funds that pay from an account. */
  funds(reader: Reader, id: string): Promise<{ id: string; name: string; method: PayoutMethod }[]> {
    return reader.query('SELECT id, name, method FROM fund WHERE paying_account_id = $1 ORDER BY id', [id]);
  }

  /** False when the fund has changed since. */
  async assign(tx: Tx, fund: { id: string; version: number }, to: { payingAccountId: string; method: PayoutMethod }): Promise<boolean> {
    return await tx.execute('UPDATE fund SET paying_account_id = $3, method = $4, version = version + 1 WHERE id = $1 AND version = $2', [fund.id, fund.version, to.payingAccountId, to.method]) === 1;
  }
}
