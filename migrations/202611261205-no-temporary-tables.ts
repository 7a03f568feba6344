import type { MigrationInterface, QueryRunner } from 'typeorm';

const onThisDatabase = (statement: string): string => `DO $$ BEGIN EXECUTE format('${statement}', current_database()); END $$`;

/** PostgreSQL lets everybody make temporary tables, which hide real ones of the same name; nobody here needs to. */
export class NoTemporaryTables2026112612050 implements MigrationInterface {
  name = 'NoTemporaryTables2026112612050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(onThisDatabase('REVOKE ALL ON DATABASE %I FROM PUBLIC'));
    await runner.query(onThisDatabase('GRANT CONNECT ON DATABASE %I TO makegood_app, makegood_eraser'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(onThisDatabase('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC'));
  }
}
