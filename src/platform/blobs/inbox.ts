import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/time/index.js';
import { FileFolder } from './file-folder.js';

/** Files on their way in, each under a name of ours. What has arrived stays over a broken connection and a restart. */
@Injectable()
export class Inbox {
  constructor(private readonly folder: FileFolder) {}

  /** Opens an empty file. Edge: one that is there already is an error, since two uploads would mix. */
  async begin(key: string): Promise<void> {
    await (await open(await this.path(key), 'wx', 0o600)).close();
  }

  /** Writes from a place on, and answers how long the file is then. What arrived before an error stays. */
  async write(key: string, source: Readable, from: number): Promise<number> {
    await pipeline(source, createWriteStream(await this.path(key), { flags: 'r+', start: from }));
    return (await this.size(key)) ?? from;
  }

  /** Takes a stream whole; undefined when it is longer than it may be. The rest is read and dropped, so that the sender hears the answer. */
  async take(key: string, source: AsyncIterable<Uint8Array>, mostBytes: number): Promise<number | undefined> {
    await this.begin(key);
    let arrived = 0;
    const limit = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        arrived += chunk.length;
        done(null, arrived > mostBytes ? undefined : chunk);
      },
    });
    try {
      await pipeline(source, limit, createWriteStream(await this.path(key), { flags: 'r+' }));
    } catch (error) {
      await this.discard(key);
      throw error;
    }
    if (arrived <= mostBytes) return arrived;
    await this.discard(key);
    return undefined;
  }

  /** How much has arrived; undefined when there is no such file. */
  async size(key: string): Promise<number | undefined> {
    try {
      return (await stat(await this.path(key))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async read(key: string): Promise<Readable> {
    return createReadStream(await this.path(key));
  }

  async discard(key: string): Promise<void> {
    await rm(await this.path(key), { force: true });
  }

  /** Throws away what nobody has written to since; what was left by a process that died. */
  async sweep(before: Instant): Promise<void> {
    const folder = await this.folder.of('inbox');
    for (const name of await readdir(folder)) {
      const file = join(folder, name);
      const about = await stat(file).catch(() => undefined);
      if (about !== undefined && about.mtimeMs < before) await rm(file, { force: true });
    }
  }

  async path(key: string): Promise<string> {
    if (!/^[0-9a-f-]{36}$/.test(key)) throw new TypeError('not the name of an upload');
    return join(await this.folder.of('inbox'), key);
  }
}
