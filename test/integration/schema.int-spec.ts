import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { APP_ENTITIES } from '../../src/app.module.js';
import { dataSourceOptions } from '../../src/platform/database/database.js';
import { renderDetail } from '../../src/core/errors/index.js';
import { mappedConstraints, refusalOf } from '../../src/platform/database/constraint-refusals.js';
import { entryOf } from '../../src/platform/http/catalogue-registry.js';
import { loadMigrations } from '../../src/platform/database/migrations.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let owner: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

describe('entities and migrations', () => {
  it('agree on every column an entity names', async () => {
    const source = await new DataSource(dataSourceOptions(database.ownerUrl, 2, APP_ENTITIES)).initialize();
    const { rows } = await owner.query<{ table_name: string; column_name: string; is_nullable: string; udt_name: string }>(
      `SELECT table_name, column_name, is_nullable, udt_name FROM information_schema.columns WHERE table_schema = 'public'`);
    const columns = new Map(rows.map((row) => [`${row.table_name}.${row.column_name}`, row]));
    const types: Record<string, string> = { char: 'bpchar', int: 'int4', bigint: 'int8', boolean: 'bool' };
    const faults = source.entityMetadatas.flatMap(({ tableName, columns: named }) => named.flatMap((column) => {
      const found = columns.get(`${tableName}.${column.databaseName}`);
      if (found === undefined) return [`${tableName}.${column.databaseName} is not in the database`];
      const type = `${column.isArray ? '_' : ''}${types[column.type as string] ?? String(column.type)}`;
      const wrong = [found.udt_name === type ? '' : `type ${found.udt_name}, not ${type}`, (found.is_nullable === 'YES') === column.isNullable ? '' : 'nullability'];
      return wrong.filter((fault) => fault !== '').map((fault) => `${tableName}.${column.databaseName}: ${fault}`);
    }));
    await source.destroy();
    expect(faults).toEqual([]);
  });

  it('are applied once, however many start at once', async () => {
    const migrations = await loadMigrations('migrations');
    const outcomes = await Promise.all([migrate(database.ownerUrl, migrations), migrate(database.ownerUrl, migrations), migrate(database.ownerUrl, migrations)]);
    expect(outcomes.flatMap(({ applied }) => applied)).toEqual([]);
  });
});

describe('tables', () => {
  it('that belong to a merchant say so', async () => {
    const owned = ['site', 'enrolment', 'claim', 'claim_version', 'claim_occupancy', 'determination', 'entitlement', 'acceptance', 'assessment', 'override', 'sales_set', 'sales_record', 'claim_filing', 'kept_form'];
    const { rows } = await owner.query<{ table_name: string }>(
      `SELECT table_name FROM information_schema.columns WHERE column_name = 'merchant_id' AND is_nullable = 'NO' AND table_schema = 'public'`);
    expect(rows.map((row) => row.table_name)).toEqual(expect.arrayContaining(owned));
  });

  it('that only grow give the application INSERT and SELECT, and a trigger that no setting disables', async () => {
    const growing = ['audit_entry', 'event_log', 'assessment', 'override', 'determination', 'entitlement', 'acceptance', 'claim_version', 'ledger_entry', 'ledger_posting', 'duty_held', 'declared_interest', 'claim_approval'];
    const { rows } = await owner.query<{ name: string; rights: string[]; always: boolean }>(`
      SELECT c.relname AS name, ARRAY(SELECT right_name FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) right_name
        WHERE has_table_privilege('makegood_app', c.oid, right_name) ORDER BY right_name)::text[] AS rights,
        EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'A') AS always
      FROM pg_class c WHERE c.relname = ANY ($1)`, [growing]);
    expect(rows).toHaveLength(growing.length);
    expect(rows.filter(({ rights, always }) => rights.join() !== 'INSERT,SELECT' || !always)).toEqual([]);
  });

  it('store money as whole minor units and instants to the millisecond, never as floats', async () => {
    const { rows } = await owner.query(`SELECT table_name, column_name FROM information_schema.columns
      WHERE table_schema = 'public' AND (data_type IN ('real', 'double precision', 'money') OR (column_name LIKE '%\\_minor' AND data_type <> 'bigint'))`);
    expect(rows).toEqual([]);
  });
});

describe('triggers', () => {
  it('join the rows before with the rows after only in a statement that is planned each time: one whose plan is kept, made for no rows, compares every row with every other', async () => {
    const { rows } = await owner.query(`
      SELECT tgname FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid WHERE tgoldtable IS NOT NULL AND tgnewtable IS NOT NULL AND f.prosrc !~ '^\\s*BEGIN\\s+EXECUTE ''[^;]*'';\\s+RETURN NULL;\\s+END\\s*$'`);
    expect(rows).toEqual([]);
  });
});

describe('constraints that are mapped to a refusal', () => {
  it('exist, and lead to a problem somebody explained', async () => {
    const { rows } = await owner.query<{ name: string }>(`
      SELECT conname AS name FROM pg_constraint UNION SELECT indexrelid::regclass::text FROM pg_index
      UNION SELECT (regexp_matches(prosrc, 'CONSTRAINT = ''([a-z_]+)''', 'g'))[1] FROM pg_proc
      UNION SELECT relname || '_append_only_ck' FROM pg_class UNION SELECT relname || '_version_ck' FROM pg_class`);
    const known = new Set(rows.map(({ name }) => name));
    const faults = [...mappedConstraints()].filter(([constraint, code]) => !known.has(constraint) || entryOf(code) === undefined);
    expect(faults).toEqual([]);
    const sentences = [...mappedConstraints()].map(([constraint, code]) => `${constraint}: ${renderDetail(entryOf(code)?.detail ?? '', refusalOf(constraint)?.params ?? {})}`);
    expect(sentences.filter((sentence) => /\{\w+\}/.test(sentence))).toEqual([]);
  });
});
