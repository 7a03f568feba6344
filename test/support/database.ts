import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { loadMigrations } from '../../src/platform/database/migrations.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { installQueue } from '../../src/platform/jobs/install-queue.js';

export interface TestDatabase {
  readonly name: string;
  readonly appUrl: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
  drop(): Promise<void>;
}

const MIGRATED = 'makegood_test_migrated';
const TEMPLATE_LOCK = 99_001;

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run through npm test, which starts a server`);
  return value;
};

const inDatabase = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).toString();

async function asAdmin<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: setting('MAKEGOOD_TEST_ADMIN_URL') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A database to copy from, made once per server whichever suite comes first; the others wait for it. */
async function ensureTemplate(client: Client, template: string, fill: () => Promise<void>): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [TEMPLATE_LOCK, template]);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [template]);
    if (rowCount !== 0) return;
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${template} OWNER makegood_owner`);
    await fill();
    await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true`);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [TEMPLATE_LOCK, template]);
  }
}

async function fillMigrated(name: string): Promise<void> {
  const ownerUrl = inDatabase(setting('MAKEGOOD_TEST_OWNER_URL'), name);
  await migrate(ownerUrl, await loadMigrations(join(process.cwd(), 'migrations')));
  await installQueue(ownerUrl);
}

const copyOf = (template: string, fill: () => Promise<void>) => createDatabase(async (client, name) => {
  await ensureTemplate(client, template, fill);
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER makegood_owner`);
});

/** A fresh, migrated database of its own for one suite. */
export const createTestDatabase = (): Promise<TestDatabase> => copyOf(MIGRATED, () => fillMigrated(MIGRATED));

/** The same with more in it, which takes seconds to write: written once per server, by an application that is closed when it is done. */
export const createFilledDatabase = (template: string, fill: (appUrl: string) => Promise<void>): Promise<TestDatabase> => copyOf(template, async () => {
  await fillMigrated(template);
  await fill(inDatabase(setting('MAKEGOOD_TEST_APP_URL'), template));
});

/** A database that nobody has migrated yet. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createDatabase(async (client, name) => {
  await client.query(`CREATE DATABASE ${name} OWNER makegood_owner`);
});

async function createDatabase(create: (client: Client, name: string) => Promise<void>): Promise<TestDatabase> {
  const name = `makegood_test_${randomBytes(6).toString('hex')}`;
  await asAdmin((client) => create(client, name));
  return {
    name,
    appUrl: inDatabase(setting('MAKEGOOD_TEST_APP_URL'), name),
    ownerUrl: inDatabase(setting('MAKEGOOD_TEST_OWNER_URL'), name),
    adminUrl: inDatabase(setting('MAKEGOOD_TEST_ADMIN_URL'), name),
    drop: () => asAdmin(async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    }),
  };
}
