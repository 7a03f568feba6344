import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationClass } from './migrate.js';

/** The migration classes of a folder in the order of their names: compiled ones in production, sources in tests. */
export async function loadMigrations(folder: string): Promise<MigrationClass[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{12}-[a-z0-9-]+\.(js|ts)$/.test(file) && !file.endsWith('.d.ts')).sort();
  const classes: MigrationClass[] = [];
  for (const file of files) {
    const exported = Object.values((await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>);
    classes.push(...exported.filter((value): value is MigrationClass => typeof value === 'function'));
  }
  return classes;
}
