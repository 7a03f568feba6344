import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { systemActor } from '../../platform/access/actor.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { keySetOf, passingSigningKey, readSigningKey, signingKeyIn, type KeySet, type SigningKey } from '../../platform/crypto/signing-key.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ReceiptKeysRepository } from './receipt-keys.repository.js';

/**
 * The key that receipts are signed with, and all that ever signed one. The private part comes from the configuration or lies in
 * the data directory, never in the database: who can write the database cannot write receipts.
 */
@Injectable()
export class ReceiptKeys implements OnApplicationBootstrap {
  #key: Promise<SigningKey> | undefined;
  #published = false;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly keys: ReceiptKeysRepository,
    private readonly database: Database,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Made at the first start, so that a folder that cannot be written is noticed then. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#own();
  }

  /** The key to sign with, once its public part is where everybody finds it. */
  async signing(): Promise<Result<SigningKey>> {
    const key = await this.#own();
    if (this.#published) return ok(key);
    const noted = await this.work.run({ actor: systemActor('receipt-keys'), requestId: 'receipt-keys' }, async (tx) => {
      await this.keys.add(tx, key.x, this.clock.now());
      return ok(undefined);
    });
    if (!noted.ok) return noted;
    this.#published = true;
    return ok(key);
  }

  async published(): Promise<Result<KeySet>> {
    const current = await this.signing();
    return current.ok ? ok(keySetOf(await this.keys.all(this.database.reader))) : current;
  }

  #own(): Promise<SigningKey> {
    const { receiptKey, dataDirectory } = this.config;
    this.#key ??= receiptKey !== undefined ? Promise.resolve(readSigningKey(receiptKey))
      : dataDirectory !== undefined ? signingKeyIn(dataDirectory) : Promise.resolve(passingSigningKey());
    return this.#key;
  }
}
