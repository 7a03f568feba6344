import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdtempSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Clock } from '../../platform/clock/clock.js';
import { SalesFiles, type KeptFile } from './sales-files.port.js';
import { fileSource, MOST_TILL_BYTES, type TillSource } from './till/till-source.importer.js';

/** What is younger may belong to another instance that is at work in the same folder. */
const ABANDONED_AFTER_MS = 3_600_000;

class TooLarge extends Error {}

/** Counts and hashes the bytes as they pass. */
class Passing extends Transform {
  readonly #hash = createHash('sha256');
  bytes = 0;

  override _transform(chunk: Buffer, _encoding: string, done: (error?: Error | null, data?: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.bytes > MOST_TILL_BYTES) return done(new TooLarge());
    this.#hash.update(chunk);
    return done(null, chunk);
  }

  get sha256(): string {
    return this.#hash.digest('hex');
  }
}

/**
 * Sales files in a folder of the data directory: `passing/` while they come in, `kept/` by hash once they are whole. Where there are
 * several instances they share that folder. Without a data directory (in tests) it is a passing one.
 */
@Injectable()
export class FolderSalesFiles extends SalesFiles implements OnModuleInit {
  readonly #root: string;

  constructor(@Inject(APP_CONFIG) config: AppConfig, private readonly clock: Clock) {
    super();
    this.#root = config.dataDirectory === undefined ? mkdtempSync(join(tmpdir(), 'makegood-sales-')) : join(config.dataDirectory, 'sales-files');
  }

  /** What a crash left half-way. */
  async onModuleInit(): Promise<void> {
    const passing = join(this.#root, 'passing');
    if (!existsSync(passing)) return;
    for (const name of await readdir(passing)) {
      const path = join(passing, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && this.clock.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
    }
  }

  async receive(stream: AsyncIterable<Uint8Array>): Promise<Result<KeptFile>> {
    const path = await this.#passing();
    const passing = new Passing();
    try {
      await pipeline(stream, passing, createWriteStream(path));
      const { sha256, bytes } = passing;
      const kept = this.#kept(sha256);
      await mkdir(dirname(kept), { recursive: true });
      await rename(path, kept);
      return ok({ sha256, bytes });
    } catch (error) {
      await rm(path, { force: true });
      if (error instanceof TooLarge) return refuse('evidence.file_too_large', { limitBytes: MOST_TILL_BYTES });
      throw error;
    }
  }

  async source(sha256: string): Promise<TillSource | undefined> {
    const path = this.#kept(sha256);
    return existsSync(path) ? fileSource(path) : undefined;
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async open(sha256: string): Promise<Readable | undefined> {
    const path = this.#kept(sha256);
    return existsSync(path) ? createReadStream(path) : undefined;
  }

  async forget(sha256: string): Promise<void> {
    await rm(this.#kept(sha256), { force: true });
  }

  async withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await this.#passing();
    await mkdir(folder);
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #passing(): Promise<string> {
    await mkdir(join(this.#root, 'passing'), { recursive: true });
    return join(this.#root, 'passing', randomUUID());
  }

  #kept(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('not a hash');
    return join(this.#root, 'kept', sha256.slice(0, 2), sha256);
  }
}
