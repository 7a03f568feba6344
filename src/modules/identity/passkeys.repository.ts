import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface PasskeyRow {
  readonly id: string;
  readonly userId: string;
  readonly credentialId: string;
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

// A counter is 32 bits in the protocol, so it fits a number.
const ROW = `id, user_id AS "userId", credential_id AS "credentialId", public_key AS "publicKey", counter::float8 AS counter, transports, name,
  created_at AS "createdAt", last_used_at AS "lastUsedAt"`;

@Injectable()
export class PasskeysRepository {
  of(reader: Reader, userId: string): Promise<PasskeyRow[]> {
    return reader.query(`SELECT ${ROW} FROM passkey WHERE user_id = $1 ORDER BY id`, [userId]);
  }

  async lock(tx: Tx, credentialId: string): Promise<PasskeyRow | undefined> {
    const [row] = await tx.query<PasskeyRow>(`SELECT ${ROW} FROM passkey WHERE credential_id = $1 FOR UPDATE`, [credentialId]);
    return row;
  }

  async insert(tx: Tx, key: Pick<PasskeyRow, 'userId' | 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'name'> & { readonly at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO passkey (user_id, credential_id, public_key, counter, transports, name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [key.userId, key.credentialId, key.publicKey, key.counter, key.transports, key.name, formatInstant(key.at)]);
  }

  async use(tx: Tx, id: string, counter: number, at: Instant): Promise<void> {
    await tx.execute('UPDATE passkey SET counter = $2, last_used_at = $3 WHERE id = $1', [id, counter, formatInstant(at)]);
  }

  async remove(tx: Tx, userId: string, id: string): Promise<boolean> {
    return (await tx.execute('DELETE FROM passkey WHERE id = $2 AND user_id = $1', [userId, id])) === 1;
  }

  async removeAll(tx: Tx, userId: string): Promise<void> {
    await tx.execute('DELETE FROM passkey WHERE user_id = $1', [userId]);
  }

  async keepChallenge(tx: Tx, challenge: { readonly holderHash: Buffer; readonly challenge: string; readonly userId: string | null; readonly at: Instant; readonly expiresAt: Instant }): Promise<void> {
    await tx.execute('DELETE FROM passkey_challenge WHERE expires_at < $1', [formatInstant(challenge.at)]);
    await tx.execute('INSERT INTO passkey_challenge (holder_hash, challenge, user_id, expires_at) VALUES ($1, $2, $3, $4)',
      [challenge.holderHash, challenge.challenge, challenge.userId, formatInstant(challenge.expiresAt)]);
  }

  /** Gives a challenge out of hand: for one answer, right or wrong. */
  async takeChallenge(reader: Reader, holderHash: Buffer, now: Instant): Promise<{ challenge: string; userId: string | null } | undefined> {
    const [row] = await reader.query<{ challenge: string; userId: string | null }>(
      'DELETE FROM passkey_challenge WHERE holder_hash = $1 AND expires_at > $2 RETURNING challenge, user_id AS "userId"', [holderHash, formatInstant(now)]);
    return row;
  }
}
