import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { cameBack, payableMinor } from './due.rules.js';
import { MERCHANT_REASONS } from './repair/returns.rules.js';

export interface AccountRequestRow {
  readonly merchantId: string;
  readonly claimId: string;
  readonly asked: number;
}

/** SQL: an accepted claim that a bank pays, of which something is due, and whose business has named no account: none in use, none that waits. Alias: `c`. */
const LACKS_ACCOUNT = `
  c.state = 'accepted' AND ${payableMinor('c.id')} > 0
  AND EXISTS (SELECT FROM scheme s JOIN fund f ON f.id = s.fund_id WHERE s.id = c.scheme_id AND f.method = 'bank')
  AND NOT EXISTS (SELECT FROM payee_account p WHERE p.merchant_id = c.merchant_id AND p.state IN ('usable', 'waiting'))`;

/** Of a payment `l`: its business has named another account than it went to, in use or waiting. */
export const NAMED_ANOTHER = `EXISTS (SELECT FROM payee_account o WHERE o.merchant_id = l.merchant_id AND o.state IN ('usable', 'waiting') AND o.id <> l.payee_account_id)`;

@Injectable()
export class AccountRequestsRepository {
  /** Those of the claims for which an account is missing. */
  async lacking(reader: Reader, claimIds: readonly string[]): Promise<string[]> {
    const rows = await reader.query<{ id: string }>(`SELECT c.id FROM claim c WHERE c.id = ANY ($1::uuid[]) AND ${LACKS_ACCOUNT}`, [claimIds]);
    return rows.map(({ id }) => id);
  }

  /** Those of the claims whose last payment the account was wrong for, while the business has named no other. */
  async wrong(reader: Reader, claimIds: readonly string[]): Promise<string[]> {
    const rows = await reader.query<{ id: string }>(`
      SELECT DISTINCT l.claim_id AS id FROM payment_line l
      WHERE l.claim_id = ANY ($1::uuid[]) AND ${cameBack('l')} AND l.method = 'bank' AND l.reason = ANY ($2::text[]) AND NOT ${NAMED_ANOTHER}`, [claimIds, MERCHANT_REASONS]);
    return rows.map(({ id }) => id);
  }

  /** Begins to ask the business of a claim, unless it has an account or is being asked. */
  async begin(tx: Tx, claimId: string, nextAt: Instant): Promise<void> {
    await tx.execute(`
      INSERT INTO account_request (merchant_id, claim_id, next_at) SELECT c.merchant_id, c.id, $2 FROM claim c WHERE c.id = $1 AND ${LACKS_ACCOUNT}
      ON CONFLICT (merchant_id) DO UPDATE SET claim_id = EXCLUDED.claim_id, asked = 0, next_at = EXCLUDED.next_at WHERE account_request.next_at IS NULL`, [claimId, formatInstant(nextAt)]);
  }

  /** Those whose hour has come, locked; what somebody else holds is left to them. */
  due(tx: Tx, now: Instant, limit: number): Promise<AccountRequestRow[]> {
    return tx.query(`
      SELECT merchant_id AS "merchantId", claim_id AS "claimId", asked FROM account_request WHERE next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED`, [formatInstant(now), limit]);
  }

  async put(tx: Tx, { merchantId, asked, nextAt }: { merchantId: string; asked: number; nextAt: Instant | undefined }): Promise<void> {
    await tx.execute('UPDATE account_request SET asked = $2, next_at = $3 WHERE merchant_id = $1', [merchantId, asked, nextAt === undefined ? null : formatInstant(nextAt)]);
  }
}
