import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig, type AppConfig } from './platform/config/config.js';
import { loadMigrations } from './platform/database/migrations.js';
import { migrate } from './platform/database/migrate.js';
import { checkDatabase } from './platform/database/preflight.js';
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
  const read = readConfig();
  const directory = read.dataDirectory ?? join(PROJECT, '.makegood');
  const config = { ...read, dataDirectory: directory };
  openLog(config.logLevel);
  if (config.databaseUrl !== undefined) {
    await prepare(config.databaseUrl, config.databaseOwnerUrl, config.environment === 'production');
    return { config, embedded: false, stopDatabase: () => Promise.resolve() };
  }
  const server = await startEmbeddedPostgres({ directory });
  try {
    await prepare(server.appUrl, server.ownerUrl, false);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { config: { ...config, databaseUrl: server.appUrl, databaseOwnerUrl: server.ownerUrl }, embedded: true, stopDatabase: () => server.stop() };
}

async function prepare(appUrl: string, ownerUrl: string | undefined, onlyAsApplication: boolean): Promise<void> {
  const migrations = await loadMigrations(join(PROJECT, 'dist', 'migrations'));
  if (ownerUrl !== undefined) {
    const { applied } = await migrate(ownerUrl, migrations, () => installQueue(ownerUrl));
    if (applied.length > 0) process.stdout.write(`Database: ${applied.length} migration(s) applied.\n`);
  }
  await checkDatabase(appUrl, { migrations: migrations.map((migration) => new migration().name ?? migration.name), onlyAsApplication });
}

/** Aborted by the first signal that means "stop", from the first moment on: a start that is interrupted leaves nothing running. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort(new Error(signal)));
  return controller.signal;
}

export const stopped = (signal: AbortSignal): Promise<void> =>
  (signal.aborted ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })));
