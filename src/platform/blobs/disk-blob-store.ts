import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { BlobStore } from './blob-store.js';
import { FileFolder } from './file-folder.js';

/** Blobs as files of the data directory: `blobs/<owner>/<first two digits>/<digest>`. */
@Injectable()
export class DiskBlobStore extends BlobStore {
  constructor(private readonly folder: FileFolder) {
    super();
  }

  async keep(owner: string, sha256: string, path: string): Promise<void> {
    const place = await this.#place(owner, sha256);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await flush(path);
    try {
      await link(path, place);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The same bytes lie there already, or this file system gives a file one name only.
      if (code !== 'EEXIST') await copied(path, place);
    }
    await flush(dirname(place));
  }

  async open(owner: string, sha256: string): Promise<Readable | undefined> {
    try {
      return (await open(await this.#place(owner, sha256))).createReadStream();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async has(owner: string, sha256: string): Promise<boolean> {
    const place = await this.#place(owner, sha256);
    return access(place, constants.R_OK).then(() => true, () => false);
  }

  async remove(owner: string, sha256: string): Promise<void> {
    await rm(await this.#place(owner, sha256), { force: true });
  }

  /** Names come from the database; whatever they are, they lead nowhere else. */
  async #place(owner: string, sha256: string): Promise<string> {
    if (!/^[0-9a-f-]{36}$/.test(owner) || !/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('not the name of a blob');
    return join(await this.folder.of('blobs'), owner, sha256.slice(0, 2), sha256);
  }
}

async function copied(from: string, to: string): Promise<void> {
  const passing = `${to}.${randomUUID()}`;
  await copyFile(from, passing);
  await flush(passing);
  await rename(passing, to);
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
