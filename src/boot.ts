import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig, type AppConfig } from './platform/config/config.js';
import { loadMigrations } from './platform/database/migrations.js';
import { migrate } from './platform/database/migrate.js';
import { refuseOwner } from './platform/database/running-role.js';
import { EmbeddedPostgresError } from './platform/embedded-postgres/embedded-postgres-error.js';
import { startEmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres.js';
import { installQueue } from './platform/jobs/install-queue.js';
import { openLog } from './platform/logging/logger.js';

/** Compiled, this file lies in dist/src: the project is two folders up. */
export const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const POLICY_FOLDER = join(PROJECT, 'policies');

export interface Booted {
  readonly config: AppConfig;
  readonly embedded: boolean;
  stopDatabase(): Promise<void>;
}

/** Configuration, a database that answers, and a schema that is up to date: what every entry needs first. */
export async function boot(): Promise<Booted> {
  const config = readConfig();
  openLog(config.logLevel);
  if (config.databaseUrl !== undefined) {
    if (config.databaseOwnerUrl !== undefined) await prepare(config.databaseOwnerUrl);
    if (config.environment === 'production') await refuseOwner(config.databaseUrl);
    return { config, embedded: false, stopDatabase: () => Promise.resolve() };
  }
  const server = await startEmbeddedPostgres({ directory: config.dataDirectory ?? join(PROJECT, '.makegood') });
  await prepare(server.ownerUrl);
  return { config: { ...config, databaseUrl: server.appUrl, databaseOwnerUrl: server.ownerUrl }, embedded: true, stopDatabase: () => server.stop() };
}

async function prepare(ownerUrl: string): Promise<void> {
  const { applied } = await migrate(ownerUrl, await loadMigrations(join(PROJECT, 'dist', 'migrations')));
  await installQueue(ownerUrl);
  if (applied.length > 0) process.stdout.write(`Database: ${applied.length} migration(s) applied.\n`);
}

const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is taken: another program (perhaps another Makegood) is listening there. Stop it, or choose another port: PORT=3001 npm start',
  EACCES: 'The port may not be opened by this user. Choose one above 1023: PORT=3000 npm start',
  ENOSPC: 'The disk is full. Free some space, or set MAKEGOOD_DATA_DIR to a folder on another disk.',
  ECONNREFUSED: 'The database does not answer at DATABASE_URL. Is it running, and is the address right?',
  '28P01': 'The database refused the password in DATABASE_URL or DATABASE_OWNER_URL.',
  '42P01': 'The database was never migrated, or not by this version. Start once with DATABASE_OWNER_URL set: the owner migrates.',
  '3D000': 'The database named in DATABASE_URL does not exist. Create it, owned by makegood_owner.',
};

/** What went wrong at the start, in words; a stack only for what nobody foresaw. */
export function startProblem(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedPostgresError) return error.message;
  // The queue's tables are asked for first, and their absence has no code.
  const code = error instanceof Error && error.message === 'pg-boss is not installed' ? '42P01' : (error as { code?: unknown } | null)?.code;
  const words = typeof code === 'string' ? WORDS[code] : undefined;
  return words ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}
