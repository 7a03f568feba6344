import { Client } from 'pg';

/** The database cannot be worked with as it is. The message is for the person at the terminal: what, why, what next. */
export class DatabaseUnfitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DatabaseUnfitError';
  }
}

const LEAST_VERSION = 180_000;

interface Findings {
  readonly version: number;
  readonly role: string;
  readonly isPowerful: boolean;
  readonly hasSchema: boolean;
}

/**
 * What has to be true of a database before anything is served from it: recent enough, migrated, and, where it matters, entered as
 * the role that may not change tables or history. Throws DatabaseUnfitError.
 */
export async function checkDatabase(appUrl: string, wanted: { readonly migrations: readonly string[]; readonly onlyAsApplication: boolean }): Promise<void> {
  const client = new Client({ connectionString: appUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows: [found] } = await client.query<Findings>(`
      SELECT current_setting('server_version_num')::int AS version, current_user AS role,
             r.rolsuper OR r.rolcreaterole OR pg_has_role(current_user, d.datdba, 'MEMBER')
               OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS "isPowerful",
             to_regclass('public.migration') IS NOT NULL AND to_regnamespace('pgboss') IS NOT NULL AS "hasSchema"
      FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()`);
    if (found === undefined) throw new DatabaseUnfitError('The database does not know the role in DATABASE_URL.');
    if (found.version < LEAST_VERSION) {
      throw new DatabaseUnfitError(`Makegood needs PostgreSQL 18 or later; the server at DATABASE_URL is ${Math.floor(found.version / 10_000)}. Upgrade it, or leave DATABASE_URL out to use the embedded one.`);
    }
    if (wanted.onlyAsApplication && found.isPowerful) {
      throw new DatabaseUnfitError(`DATABASE_URL enters the database as "${found.role}", which may change tables and history. In production Makegood runs as makegood_app; the owner belongs in DATABASE_OWNER_URL, for migrations only.`);
    }
    const missing = found.hasSchema ? await unapplied(client, wanted.migrations) : wanted.migrations.length;
    if (missing > 0) {
      throw new DatabaseUnfitError(`The database lacks ${missing} migration(s) of this version. Set DATABASE_OWNER_URL (role makegood_owner) for one start, and they are applied.`);
    }
  } finally {
    await client.end();
  }
}

async function unapplied(client: Client, names: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migration');
  const applied = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !applied.has(name)).length;
}
