import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/config.js';

/** One for the process, so that a story told in a test and the pages that show it find the same files. */
let passing: Promise<string> | undefined;

/** Where this installation keeps files: in its data directory, or, where it has none (a test), in a folder that passes. */
@Injectable()
export class FileFolder {

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  async of(part: 'blobs' | 'inbox'): Promise<string> {
    const { dataDirectory } = this.config;
    const root = dataDirectory === undefined ? await (passing ??= mkdtemp(join(tmpdir(), 'makegood-files-'))) : join(dataDirectory, 'files');
    const folder = join(root, part);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }
}
