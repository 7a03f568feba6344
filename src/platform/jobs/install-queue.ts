import { PgBoss } from 'pg-boss';
import { Client } from 'pg';
import { QUEUE_SCHEMA } from './jobs.js';

/**
 * Creates or upgrades the queue's own schema as the owner, and lets the application's role use it. Several instances do
 * it one after the other, under the lock of the migrations: two GRANTs on one table at once fail.
 */
export async function installQueue(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schema: QUEUE_SCHEMA, max: 2, supervise: false, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.stop({ graceful: false, close: true });
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`
      GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO makegood_app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO makegood_app;
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO makegood_app;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO makegood_app`);
  } finally {
    await client.end();
  }
}
