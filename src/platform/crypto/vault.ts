import { readFile } from 'node:fs/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { APP_CONFIG, ConfigError, type AppConfig } from '../config/config.js';
import { blindIndex, openText, rewrap, sealText, type Envelope, type SealedPlace } from './envelope.js';
import { addSealTo, freshKeys, keyFileIn, keyTextOf, readKeyring, type Keyring, type NamedKey } from './keyring.js';

/**
 * Seals what must not be read from the database. The keys come from the configuration or lie in the data directory; a file is read
 * again when a row names a key that was not in it before, so that keys can be changed while the server runs.
 */
@Injectable()
export class Vault implements OnApplicationBootstrap {
  #keys: Promise<Keyring> | undefined;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /** Made at the first start, so that a folder that cannot be written is noticed then. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#keyring();
  }

  async seal(text: string, place: SealedPlace): Promise<Envelope> {
    return sealText(text, place, (await this.#keyring()).seals[0]);
  }

  /** Codes: `vault.key_missing` when the key is not among those given to this server, `vault.altered` when the row is not what was written. */
  async open(envelope: Envelope, place: SealedPlace): Promise<Result<string>> {
    const key = await this.#key(envelope.keyId);
    if (key === undefined) return refuse('vault.key_missing', { keyId: envelope.keyId });
    const text = openText(envelope, place, key);
    return text === undefined ? refuse('vault.altered') : ok(text);
  }

  /** The row's key under the newest key. Codes as `open`. */
  async renew(envelope: Omit<Envelope, 'sealed'>, place: SealedPlace): Promise<Result<Omit<Envelope, 'sealed'>>> {
    const old = await this.#key(envelope.keyId);
    if (old === undefined) return refuse('vault.key_missing', { keyId: envelope.keyId });
    const renewed = rewrap(envelope, place, old, (await this.#keyring()).seals[0]);
    return renewed === undefined ? refuse('vault.altered') : ok(renewed);
  }

  async indexOf(text: string): Promise<{ index: Buffer; keyId: string }> {
    const { index } = await this.#keyring();
    return { index: blindIndex(text, index), keyId: index.id };
  }

  /** Names only. */
  async keyIds(): Promise<{ seals: readonly string[]; index: string }> {
    const { seals, index } = await this.#keyring();
    return { seals: seals.map(({ id }) => id), index: index.id };
  }

  /** Puts a new key in front of the file of this installation; false where keys are configured by hand and so changed there. */
  async addSeal(): Promise<boolean> {
    const { keys, keysFile, dataDirectory } = this.config;
    if (keys !== undefined || keysFile !== undefined || dataDirectory === undefined) return false;
    await addSealTo(keyFileIn(dataDirectory));
    this.#keys = undefined;
    return true;
  }

  async #key(id: string): Promise<NamedKey | undefined> {
    const find = async (): Promise<NamedKey | undefined> => (await this.#keyring()).seals.find((key) => key.id === id);
    const known = await find();
    if (known !== undefined || this.config.keys !== undefined) return known;
    this.#keys = undefined;
    return find();
  }

  #keyring(): Promise<Keyring> {
    this.#keys ??= this.#text().then(readKeyring).catch((error: unknown) => {
      this.#keys = undefined;
      throw this.#told(error);
    });
    return this.#keys;
  }

  /** Whose file it is decides what is to be done about it. */
  #told(error: unknown): unknown {
    const { keysFile, dataDirectory } = this.config;
    const unread = error instanceof TypeError || (error as NodeJS.ErrnoException).code !== undefined;
    if (keysFile !== undefined && unread) return new ConfigError(['MAKEGOOD_KEYS_FILE'], ['MAKEGOOD_KEYS_FILE cannot be read as keys: it must hold "seal:…" lines and one "index:…" line, readable by this user.']);
    if (error instanceof TypeError) return new ConfigError([], [`${keyFileIn(dataDirectory ?? '')} does not hold keys any more. Put it back from a copy: account numbers cannot be read without it.`]);
    return error;
  }

  #passing: string | undefined;

  async #text(): Promise<string> {
    const { keys, keysFile, dataDirectory } = this.config;
    if (keys !== undefined) return keys;
    if (keysFile !== undefined) return readFile(keysFile, 'utf8');
    if (dataDirectory !== undefined) return keyTextOf(keyFileIn(dataDirectory));
    return this.#passing ??= freshKeys();
  }
}
