import { Client } from 'pg';
import { ConfigError } from '../config/config.js';

/**
 * Refuses to run as a role that could change what is append-only: whoever owns a table, inherits its owner or is a superuser
 * passes every grant by. Throws ConfigError. Edge: a database without tables has no owner yet.
 */
export async function refuseOwner(appUrl: string): Promise<void> {
  const client = new Client({ connectionString: appUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query(`
      SELECT FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'USAGE')
       LIMIT 1`);
    if (rowCount === 0) return;
  } finally {
    await client.end();
  }
  throw new ConfigError(['DATABASE_URL'], [
    'DATABASE_URL connects as a role that owns the tables, so nothing would be append-only. Connect as makegood_app; DATABASE_OWNER_URL is for migrations.',
  ]);
}
