import { Injectable } from '@nestjs/common';
import { refuse, ok, type Result } from '../../core/errors/index.js';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { Vault } from '../crypto/vault.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { PendingAnswer } from './pending-answer.js';

/** What makes a key unique: who sends it, on whose behalf, and where to. */
export interface IdempotencyScope {
  readonly principal: string;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  /** What the sender may act by: an answer is not given again to somebody who has lost the right to it. */
  readonly authority: readonly string[];
  /** SHA-256 of the canonical body and the precondition: the same key with another request is a mistake. Of a file, once it is read. */
  fingerprint(): Promise<string>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

export const fingerprintOf = (body: unknown, ifMatch: string | undefined): string =>
  sha256Hex(`${ifMatch ?? ''}\n${typeof body === 'string' ? body : safeCanonical(body)}`);

/** Bodies may hold fractions that a DTO refuses later; they still need a fingerprint. */
function safeCanonical(body: unknown): string {
  try {
    return canonicalJson(body ?? null);
  } catch {
    return JSON.stringify(body);
  }
}

/** Answers of commands, kept in the transaction of the work. Checked after authorisation: an old key must not leak an answer. */
@Injectable()
export class IdempotencyStore {
  constructor(private readonly database: Database, private readonly vault: Vault) {}

  /** The stored answer, nothing yet, or the refusal of a key that was used for another request. */
  async lookup(scope: IdempotencyScope): Promise<Result<StoredAnswer | undefined>> {
    const [row] = await this.database.reader.named<{ fingerprint: string; status: number; body: unknown }>('idempotency_lookup', `
      SELECT fingerprint, status, body FROM idempotency
      WHERE principal = $1 AND method = $2 AND path = $3 AND key = $4 AND authority <@ $5::text[]`, [scope.principal, scope.method, scope.path, scope.key, scope.authority]);
    if (row === undefined) return ok(undefined);
    if (row.fingerprint !== await this.#keyed(scope)) return refuse('idempotency.key_reused');
    return ok({ status: row.status, body: row.body });
  }

  pending(scope: IdempotencyScope, status: number): PendingAnswer {
    return {
      claim: (tx) => claim(tx, scope),
      store: async (tx, body) => {
        await tx.named('idempotency_store', `
          INSERT INTO idempotency (principal, method, path, key, authority, fingerprint, status, body)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [scope.principal, scope.method, scope.path, scope.key, scope.authority, await this.#keyed(scope), status, JSON.stringify(body ?? null)]);
      },
    };
  }

  /** Under a key that the database does not hold: a bare digest of a short body would tell an account number to whoever tries them all. */
  async #keyed(scope: IdempotencyScope): Promise<string> {
    return (await this.vault.indexOf(await scope.fingerprint())).index.toString('hex');
  }
}

/** One round trip: whoever holds the lock works; the others are told at once instead of waiting on a connection. */
async function claim(tx: Tx, scope: IdempotencyScope): Promise<'claimed' | 'in_flight' | 'answered'> {
  const { principal, method, path, key } = scope;
  const [row] = await tx.named<{ locked: boolean; answered: boolean }>('idempotency_claim', `
    SELECT pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2 || ' ' || $3 || ' ' || $4, 7)) AS locked,
           EXISTS (SELECT FROM idempotency WHERE principal = $1 AND method = $2 AND path = $3 AND key = $4) AS answered`,
  [principal, method, path, key]);
  if (row?.locked !== true) return 'in_flight';
  return row.answered ? 'answered' : 'claimed';
}
