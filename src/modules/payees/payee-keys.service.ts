import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Vault } from '../../platform/crypto/vault.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { placeOf } from './payee-entry.service.js';
import { PayeesRepository, type SealedRow } from './payees.repository.js';

export interface KeyUse {
  readonly id: string;
  readonly purpose: 'seal' | 'index';
  readonly rows: number;
  /** False: numbers under it cannot be read (a seal), or not be found by (an index). */
  readonly here: boolean;
}

const BATCH = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Which keys the rows stand under, and how they come under another; no number is read for it. */
@Injectable()
export class PayeeKeys {
  constructor(private readonly work: UnitOfWork, private readonly database: Database, private readonly payees: PayeesRepository, private readonly vault: Vault) {}

  /** Keys that are here, the newest seal first, and then those that rows name and nobody gave us. */
  async uses(): Promise<KeyUse[]> {
    const [{ seals, index }, rows] = [await this.vault.keyIds(), await this.payees.keysInUse(this.database.reader)];
    const count = (fits: (row: { keyId: string; indexKeyId: string }) => boolean): number => rows.filter(fits).reduce((sum, row) => sum + row.count, 0);
    const known = [...seals.map((id) => ({ id, purpose: 'seal' as const, here: true })), { id: index, purpose: 'index' as const, here: true }];
    const lost = [
      ...new Set(rows.map(({ keyId }) => keyId).filter((id) => !seals.includes(id)))].map((id) => ({ id, purpose: 'seal' as const, here: false }));
    const lostIndexes = [...new Set(rows.map(({ indexKeyId }) => indexKeyId).filter((id) => id !== index))].map((id) => ({ id, purpose: 'index' as const, here: false }));
    return [...known, ...lost, ...lostIndexes].map((key) => ({ ...key, rows: count((row) => (key.purpose === 'seal' ? row.keyId : row.indexKeyId) === key.id) }));
  }

  /** Wraps the key of every row anew under the newest seal. Rows that cannot be opened stay as they are and are counted. */
  async rotate(ctx: Context): Promise<Result<{ wrapped: number; left: readonly string[] }>> {
    const newest = (await this.vault.keyIds()).seals[0] ?? '';
    const left: string[] = [];
    let wrapped = 0;
    for (let after = BEFORE_ALL; ;) {
      const batch = await this.payees.sealedUnderOthers(this.database.reader, newest, after, BATCH);
      const last = batch.at(-1);
      if (last === undefined) return ok({ wrapped, left });
      const done = await this.work.run(ctx, async (tx) => {
        const outcomes = [];
        for (const row of batch) {
          const renewed = await this.#renewed(row);
          outcomes.push({ id: row.id, done: renewed !== undefined && await this.payees.rewrap(tx, row, renewed) });
        }
        return ok(outcomes);
      });
      if (!done.ok) return done;
      wrapped += done.value.filter((outcome) => outcome.done).length;
      left.push(...done.value.filter((outcome) => !outcome.done).map(({ id }) => id));
      after = last.id;
    }
  }

  async #renewed({ merchantId, id, wrappedKey, keyId }: SealedRow): Promise<{ wrappedKey: Buffer; keyId: string } | undefined> {
    if (wrappedKey === null) return undefined;
    const renewed = await this.vault.renew({ wrappedKey, keyId }, placeOf(merchantId, id));
    return renewed.ok ? renewed.value : undefined;
  }
}
