import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { Address } from './address.rules.js';

export interface CodeRow extends Address {
  readonly codeHash: Buffer;
  /** Whose step-up it is; null when somebody asked to be let in. */
  readonly userId: string | null;
}

const ROW = 'channel, address, code_hash AS "codeHash", user_id AS "userId"';

@Injectable()
export class SignInCodesRepository {
  async insert(tx: Tx, code: CodeRow & { readonly holderHash: Buffer; readonly at: Instant; readonly expiresAt: Instant }): Promise<void> {
    await tx.execute(`INSERT INTO sign_in_code (holder_hash, code_hash, channel, address, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [code.holderHash, code.codeHash, code.channel, code.address, code.userId, formatInstant(code.at), formatInstant(code.expiresAt)]);
  }

  /** Counts a try before it is looked at, so that many at once are no more than were allowed. Nothing when the code has ended. */
  async countTry(reader: Reader, holderHash: Buffer, now: Instant, most: number): Promise<CodeRow | undefined> {
    const [row] = await reader.query<CodeRow>(`
      UPDATE sign_in_code SET tries = tries + 1
      WHERE holder_hash = $1 AND tries < $3 AND proved_at IS NULL AND used_at IS NULL AND expires_at > $2 RETURNING ${ROW}`, [holderHash, formatInstant(now), most]);
    return row;
  }

  /** Takes the code for good: true for one caller only. */
  async prove(tx: Tx, holderHash: Buffer, now: Instant): Promise<boolean> {
    return (await tx.execute('UPDATE sign_in_code SET proved_at = $2 WHERE holder_hash = $1 AND proved_at IS NULL', [holderHash, formatInstant(now)])) === 1;
  }

  /** The address that was proved, for one use and not for long. */
  async spend(tx: Tx, holderHash: Buffer, now: Instant, provedAfter: Instant): Promise<CodeRow | undefined> {
    const [row] = await tx.query<CodeRow>(`
      UPDATE sign_in_code SET used_at = $2 WHERE holder_hash = $1 AND proved_at > $3 AND used_at IS NULL RETURNING ${ROW}`,
    [holderHash, formatInstant(now), formatInstant(provedAfter)]);
    return row;
  }

  async isProved(reader: Reader, holderHash: Buffer, provedAfter: Instant): Promise<boolean> {
    return (await reader.query('SELECT FROM sign_in_code WHERE holder_hash = $1 AND proved_at > $2 AND used_at IS NULL', [holderHash, formatInstant(provedAfter)])).length > 0;
  }

  /** Addresses of people who went no further are kept no longer than they serve. */
  async purge(tx: Tx, before: Instant): Promise<void> {
    await tx.execute('DELETE FROM sign_in_code WHERE created_at < $1', [formatInstant(before)]);
  }
}
