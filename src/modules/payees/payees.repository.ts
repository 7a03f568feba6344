import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Envelope } from '../../platform/crypto/envelope.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { Recipient } from '../mail/index.js';
import type { CheckedAccount } from './account-number.rules.js';
import type { HolderAnswer } from './holder-check.port.js';
import { PayeeAccountEntity } from './payee-account.entity.js';
import type { PayeeState } from './payee.machine.js';

export interface NewAccountRow {
  readonly id: string;
  readonly merchantId: string;
  readonly account: CheckedAccount;
  readonly lastFour: string;
  readonly envelope: Envelope;
  readonly index: { readonly index: Buffer; readonly keyId: string };
  /** Where whoever enters it is reached. */
  readonly contact: Recipient | undefined;
  readonly usableFrom: Instant;
  readonly answer: HolderAnswer;
  readonly freezeTokenHash: Buffer | undefined;
  readonly by: string;
  readonly at: Instant;
}

/** The only rows that carry what was sealed. */
export interface SealedRow {
  readonly id: string;
  readonly merchantId: string;
  readonly sealed: Buffer | null;
  readonly wrappedKey: Buffer | null;
  readonly keyId: string;
}

const emailOf = (contact: Recipient | undefined): string | null => (contact !== undefined && 'email' in contact ? contact.email : null);
const phoneOf = (contact: Recipient | undefined): string | null => (contact !== undefined && 'phone' in contact ? contact.phone : null);

const SEALED = 'id, merchant_id AS "merchantId", sealed, wrapped_key AS "wrappedKey", key_id AS "keyId"';

@Injectable()
export class PayeesRepository {
  /** Made before the row, which is sealed under it. */
  async newId(reader: Reader): Promise<string> {
    const [row] = await reader.query<{ id: string }>('SELECT uuidv7() AS id');
    if (row === undefined) throw new Error('the database gave no id');
    return row.id;
  }

  async insert(tx: Tx, row: NewAccountRow): Promise<void> {
    const { account, envelope, index, answer } = row;
    await tx.execute(`
      INSERT INTO payee_account (id, merchant_id, kind, country, bank, holder, last_four, sealed, wrapped_key, key_id, blind_index, index_key_id, contact_email,
        contact_phone, usable_from, check_outcome, holder_on_account, checked_at, freeze_token_hash, created_by, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $20, $14, $15, $16, $18, $17, $19, $18)`,
    [row.id, row.merchantId, account.kind, account.country, account.bank ?? null, account.holder, row.lastFour, envelope.sealed, envelope.wrappedKey, envelope.keyId,
      index.index, index.keyId, emailOf(row.contact), formatInstant(row.usableFrom), answer.outcome, answer.outcome === 'close' ? answer.holderOnAccount : null,
      row.freezeTokenHash ?? null, formatInstant(row.at), row.by, phoneOf(row.contact)]);
  }

  find(reader: Reader, merchantId: string, id: string): Promise<PayeeAccountEntity | null> {
    return reader.manager.getRepository(PayeeAccountEntity).findOneBy({ id, merchantId });
  }

  /** Newest first. */
  ofMerchant(reader: Reader, merchantId: string): Promise<PayeeAccountEntity[]> {
    return reader.manager.getRepository(PayeeAccountEntity).find({ where: { merchantId }, order: { id: 'DESC' }, take: 100 });
  }

  /** Accounts that wait with one of these answers of the bank, oldest first. */
  waiting(reader: Reader, { outcomes, after, limit }: { outcomes: readonly HolderAnswer['outcome'][]; after?: string; limit: number }): Promise<PayeeAccountEntity[]> {
    return reader.manager.getRepository(PayeeAccountEntity).createQueryBuilder('account')
      .where(`account.state = 'waiting' AND account.checkOutcome IN (:...outcomes)`, { outcomes })
      .andWhere(after === undefined ? 'TRUE' : 'account.id > :after', { after }).orderBy('account.id').take(limit).getMany();
  }

  /** How many wait with each answer. */
  countWaiting(reader: Reader): Promise<{ outcome: HolderAnswer['outcome']; count: number }[]> {
    return reader.query(`SELECT check_outcome AS outcome, count(*)::int AS count FROM payee_account WHERE state = 'waiting' GROUP BY 1`);
  }

  /** Other merchants that entered an account of this one, and when they did first; only indexes made by one key can be compared. */
  sharers(reader: Reader, merchantId: string): Promise<{ merchantId: string; enteredAt: Date }[]> {
    return reader.query(`
      SELECT other.merchant_id AS "merchantId", min(other.created_at) AS "enteredAt" FROM payee_account own
      JOIN payee_account other ON other.blind_index = own.blind_index AND other.index_key_id = own.index_key_id AND other.merchant_id <> own.merchant_id
      WHERE own.merchant_id = $1 GROUP BY 1 ORDER BY 2, 1 LIMIT 100`, [merchantId]);
  }

  /** Of each business the others that entered the same account, a hundred at most. */
  sharersOf(reader: Reader, merchantIds: readonly string[]): Promise<{ of: string; id: string }[]> {
    return reader.named('payee_sharers_of', `
      SELECT asked.id AS "of", sharer.id FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
        SELECT other.merchant_id AS id FROM payee_account own
        JOIN payee_account other ON other.blind_index = own.blind_index AND other.index_key_id = own.index_key_id AND other.merchant_id <> own.merchant_id
        WHERE own.merchant_id = asked.id GROUP BY 1 ORDER BY min(other.created_at), 1 LIMIT 100) sharer`, [merchantIds]);
  }

  /** Everything that decides over accounts of a merchant happens under this lock, one at a time. */
  async lockMerchant(tx: Tx, merchantId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 19))', [merchantId]);
  }

  /** Rows since a time, and when the oldest of them was made. */
  async entered(reader: Reader, merchantId: string, since: Instant): Promise<{ count: number; oldest: Instant }> {
    const [row] = await reader.query<{ count: number; oldest: number | null }>(`
      SELECT count(*)::int AS count, (extract(epoch FROM min(created_at)) * 1000)::float8 AS oldest FROM payee_account WHERE merchant_id = $1 AND created_at > $2`,
    [merchantId, formatInstant(since)]);
    return { count: row?.count ?? 0, oldest: (row?.oldest ?? since) as Instant };
  }

  /** False when the version seen is no longer current. */
  async moveTo(tx: Tx, { id, version }: { id: string; version: number }, state: PayeeState): Promise<boolean> {
    return await tx.execute('UPDATE payee_account SET state = $3, version = version + 1 WHERE id = $1 AND version = $2', [id, version, state]) === 1;
  }

  /** What a person found, in place of what no bank said. */
  async check(tx: Tx, { id, version }: { id: string; version: number }, checked: { outcome: 'match' | 'none'; by: string; at: Instant; state: PayeeState }): Promise<boolean> {
    return await tx.execute(`
      UPDATE payee_account SET check_outcome = $3, holder_on_account = NULL, checked_by = $4, checked_at = $5, state = $6, version = version + 1
      WHERE id = $1 AND version = $2`, [id, version, checked.outcome, checked.by, formatInstant(checked.at), checked.state]) === 1;
  }

  async byFreezeToken(reader: Reader, tokenHash: Buffer): Promise<PayeeAccountEntity | undefined> {
    const [row] = await reader.query<{ id: string; merchantId: string }>('SELECT id, merchant_id AS "merchantId" FROM payee_account WHERE freeze_token_hash = $1', [tokenHash]);
    return row === undefined ? undefined : await this.find(reader, row.merchantId, row.id) ?? undefined;
  }

  /** Other merchants that entered the same account; only indexes made by one key can be compared. */
  async othersWith(reader: Reader, { merchantId, blindIndex, indexKeyId }: PayeeAccountEntity): Promise<string[]> {
    const rows = await reader.query<{ merchantId: string }>(`
      SELECT DISTINCT merchant_id AS "merchantId" FROM payee_account WHERE blind_index = $1 AND index_key_id = $2 AND merchant_id <> $3 LIMIT 100`, [blindIndex, indexKeyId, merchantId]);
    return rows.map((row) => row.merchantId);
  }

  async sealed(reader: Reader, merchantId: string, id: string): Promise<SealedRow | undefined> {
    const [row] = await reader.query<SealedRow>(`SELECT ${SEALED} FROM payee_account WHERE id = $1 AND merchant_id = $2`, [id, merchantId]);
    return row;
  }

  /** Of many accounts at once, with what a payment to them names. */
  sealedOf(reader: Reader, ids: readonly string[]): Promise<(SealedRow & Pick<PayeeAccountEntity, 'kind' | 'bank' | 'holder'>)[]> {
    return reader.named('payee_sealed_of', `SELECT ${SEALED}, kind, bank, holder FROM payee_account WHERE id = ANY ($1::uuid[])`, [ids]);
  }

  /** A batch of rows whose key is not under the given one, in the order of ids. */
  sealedUnderOthers(reader: Reader, keyId: string, after: string, limit: number): Promise<SealedRow[]> {
    return reader.query<SealedRow>(`SELECT ${SEALED} FROM payee_account WHERE key_id <> $1 AND sealed IS NOT NULL AND id > $2 ORDER BY id LIMIT $3`, [keyId, after, limit]);
  }

  /** Nothing when somebody else was there first. */
  async rewrap(tx: Tx, row: SealedRow, renewed: { wrappedKey: Buffer; keyId: string }): Promise<boolean> {
    return await tx.execute(
      'UPDATE payee_account SET wrapped_key = $3, key_id = $4, version = version + 1 WHERE id = $1 AND key_id = $2', [row.id, row.keyId, renewed.wrappedKey, renewed.keyId]) === 1;
  }

  /** How many rows stand under each key. */
  async keysInUse(reader: Reader): Promise<{ keyId: string; indexKeyId: string; count: number }[]> {
    return reader.query(`
      SELECT key_id AS "keyId", index_key_id AS "indexKeyId", count(*)::int AS count FROM payee_account WHERE sealed IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`);
  }
}
