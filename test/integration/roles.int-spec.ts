import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { loadMigrations } from '../../src/platform/database/migrations.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { installQueue } from '../../src/platform/jobs/install-queue.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
const sessions: Client[] = [];
let [app, owner, eraser]: Client[] = [];

const open = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  sessions.push(client);
  return client;
};

beforeAll(async () => {
  // Migrated where it stands: rights on a database are not copied with a template.
  database = await createEmptyDatabase();
  await migrate(database.ownerUrl, await loadMigrations('migrations'), () => installQueue(database.ownerUrl));
  [app, owner] = [await open(database.appUrl), await open(database.ownerUrl)];
  eraser = await open(database.adminUrl);
  await eraser.query('SET SESSION AUTHORIZATION makegood_eraser');
});
afterAll(async () => {
  await Promise.all(sessions.map((client) => client.end()));
  await database.drop();
});

/** The SQLSTATE of the refusal; undefined when it went through. */
async function refusal(client: Client | undefined, sql: string): Promise<string | undefined> {
  try {
    await client?.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

const NOT_ALLOWED = '42501';
const APPEND_ONLY = [
  'audit_entry', 'event_log', 'duplicate_verdict', 'second_look', 'assessment', 'determination', 'entitlement', 'acceptance', 'claim_version', 'ledger_entry', 'ledger_posting', 'duty_held', 'declared_interest', 'claim_approval',
  'policy_version', 'policy_reasons', 'outage_revision', 'outage_scope', 'outage_segment', 'outage_official_window', 'outage_revision_withdrawal', 'register_entry', 'outage_rival_line', 'scheme_text', 'scheme_extension',
];

describe('the application\'s role', () => {
  it.each(APPEND_ONLY)('can neither change nor delete a row of %s, nor empty it', async (table) => {
    const { rows: [column] } = await owner?.query<{ name: string }>(`SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND table_schema = 'public' AND is_identity = 'NO' LIMIT 1`, [table]) ?? { rows: [] };
    expect(await refusal(app, `UPDATE ${table} SET ${column?.name} = ${column?.name}`)).toBe(NOT_ALLOWED);
    expect(await refusal(app, `DELETE FROM ${table}`)).toBe(NOT_ALLOWED);
    expect(await refusal(app, `TRUNCATE ${table}`)).toBe(NOT_ALLOWED);
  });

  it.each([
    ['make a table', 'CREATE TABLE mine (id int)', NOT_ALLOWED], ['make a schema', 'CREATE SCHEMA mine', NOT_ALLOWED], ['make a table for a moment', 'CREATE TEMP TABLE mine (id int)', NOT_ALLOWED],
    ['change a table', 'ALTER TABLE claim ADD COLUMN mine int', NOT_ALLOWED], ['drop a table', 'DROP TABLE claim', NOT_ALLOWED],
    ['switch a trigger off', 'ALTER TABLE audit_entry DISABLE TRIGGER ALL', NOT_ALLOWED], ['replace a function', 'CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$', NOT_ALLOWED],
    ['step round the triggers', 'SET session_replication_role = replica', NOT_ALLOWED], ['become the owner', 'SET ROLE makegood_owner', NOT_ALLOWED], ['become the eraser', 'SET ROLE makegood_eraser', NOT_ALLOWED],
    ['make a role', 'CREATE ROLE mine', NOT_ALLOWED],
    ['mark a migration as applied', `INSERT INTO migration (timestamp, name) VALUES (1, 'mine')`, NOT_ALLOWED],
    ['read files of the server', `SELECT pg_read_file('PG_VERSION')`, NOT_ALLOWED], ['run programs', `COPY claim TO PROGRAM 'cat'`, NOT_ALLOWED],
  ])('cannot %s', async (_what, sql, code) => {
    expect(await refusal(app, sql)).toBe(code);
  });

  it('holds nothing in the queue\'s schema but what moves jobs', async () => {
    expect(await refusal(app, 'CREATE TABLE pgboss.mine (id int)')).toBe(NOT_ALLOWED);
    expect(await refusal(app, 'DROP TABLE pgboss.job')).toBe(NOT_ALLOWED);
  });
});

describe('the owner', () => {
  it('meets the triggers of append-only tables like anybody else', async () => {
    await owner?.query(`INSERT INTO event_log (at, topic, aggregate_type, aggregate_id, actor, payload) VALUES (date_trunc('milliseconds', now()), 'test.happened', 'test', uuidv7(), 'test', '{}')`);
    expect(await refusal(owner, `UPDATE event_log SET actor = 'other'`)).toBe('P0001');
    expect(await refusal(owner, 'DELETE FROM event_log')).toBe('P0001');
  });

  it('is no superuser and cannot step round them', async () => {
    expect(await refusal(owner, 'SET session_replication_role = replica')).toBe(NOT_ALLOWED);
  });
});

describe('the eraser', () => {
  it('may blank what is personal, in the columns named for it, and nothing else anywhere', async () => {
    const { rows } = await owner?.query<{ place: string }>(`
      SELECT table_name || '.' || column_name AS place FROM information_schema.column_privileges
      WHERE grantee = 'makegood_eraser' AND privilege_type = 'UPDATE' AND table_schema = 'public' ORDER BY 1`) ?? { rows: [] };
    expect(rows.map(({ place }) => place)).toEqual([
      'decision_letter.body',
      ...['html', 'plain', 'recipient', 'subject'].map((column) => `letter_content.${column}`),
      ...['contact_email', 'contact_phone', 'holder', 'holder_on_account', 'sealed', 'version', 'wrapped_key'].map((column) => `payee_account.${column}`),
      'payment_line.payee', 'payment_line.version', 'payout_file_text.sent', 'payout_file_text.typed',
      'recovery_document.file_name',
      ...['address', 'business_typed', 'name', 'version'].map((column) => `recovery_request.${column}`),
      'text_body.body',
    ]);
    const { rows: other } = await owner?.query(`SELECT table_name, privilege_type FROM information_schema.table_privileges
      WHERE grantee = 'makegood_eraser' AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')`) ?? { rows: [] };
    // An address that letters came back from, or that wants none of courtesy, is a row of its own, and goes as one.
    expect(other.map((row: Record<string, string>) => `${row['privilege_type']} ${row['table_name']}`).sort()).toEqual(['DELETE courtesy_declined', 'DELETE unreachable_address']);
    expect(await refusal(eraser, 'UPDATE text_body SET body = NULL')).toBeUndefined();
    expect(await refusal(eraser, `UPDATE text_body SET digest = ''`)).toBe(NOT_ALLOWED);
    expect(await refusal(eraser, 'DELETE FROM text_body')).toBe(NOT_ALLOWED);
    expect(await refusal(eraser, 'SELECT FROM claim')).toBe(NOT_ALLOWED);
  });
});
