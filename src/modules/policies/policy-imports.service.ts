import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { PolicyCatalogue, type Publication, type PublishOptions } from './policy-catalogue.service.js';

export type ImportedFile =
  | { readonly file: string; readonly outcome: 'published' | 'unchanged'; readonly policy: Publication }
  | { readonly file: string; readonly outcome: 'refused'; readonly refusal: Refusal };

export interface FolderImport {
  readonly reasons: 'published' | 'unchanged' | 'absent';
  readonly files: readonly ImportedFile[];
}

const REASONS_FILE = 'reasons.yaml';

/**
 * Imports a folder of policies: each file by itself, so that one bad file does not hold back the others. Only the first version
 * of a key is published this way; a text that differs from it is refused, and goes through a change (docs/adr/0010).
 */
@Injectable()
export class PolicyImports {
  constructor(private readonly catalogue: PolicyCatalogue) {}

  /** Reads `reasons.yaml`, then every other `*.yaml` by name. Repeating it stores nothing. */
  async importFolder(ctx: Context, folder: string, options: PublishOptions = {}): Promise<Result<FolderImport>> {
    const names = await namesIn(folder);
    if (!names.ok) return names;
    let reasons: FolderImport['reasons'] = 'absent';
    if (names.value.includes(REASONS_FILE)) {
      const stored = await this.catalogue.publishReasons(ctx, await readFile(join(folder, REASONS_FILE), 'utf8'));
      if (!stored.ok) return stored;
      reasons = stored.value.isNew ? 'published' : 'unchanged';
    }
    const files: ImportedFile[] = [];
    for (const file of names.value) {
      if (file !== REASONS_FILE) files.push(await this.importFile(ctx, folder, file, options));
    }
    return ok({ reasons, files });
  }

  async importFile(ctx: Context, folder: string, file: string, options: PublishOptions = {}): Promise<ImportedFile> {
    const published = await this.catalogue.publish(ctx, await readFile(join(folder, file), 'utf8'), { ...options, onlyFirst: true });
    if (!published.ok) return { file, outcome: 'refused', refusal: published.refusal };
    return { file, outcome: published.value.isNew ? 'published' : 'unchanged', policy: published.value };
  }
}

async function namesIn(folder: string): Promise<Result<string[]>> {
  try {
    return ok((await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort());
  } catch (error) {
    return refuse('policies.folder_unreadable', { folder, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' });
  }
}
