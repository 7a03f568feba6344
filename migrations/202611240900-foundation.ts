import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Extensions, helper functions, and nothing allowed to anybody by default: each table grants what it means. */
export class Foundation2026112409000 implements MigrationInterface {
  name = 'Foundation2026112409000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE EXTENSION IF NOT EXISTS btree_gist');
    await runner.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    await runner.query('GRANT USAGE ON SCHEMA public TO makegood_app, makegood_eraser');
    await runner.query('CREATE SCHEMA inspect');
    await runner.query('GRANT USAGE ON SCHEMA inspect TO makegood_app');
    await runner.query('GRANT SELECT ON migration TO makegood_app');
    await runner.query(`
      CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
          USING ERRCODE = 'P0001', CONSTRAINT = TG_TABLE_NAME || '_append_only_ck';
      END $$`);
    await runner.query(`
      CREATE FUNCTION bump_version() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.version <> OLD.version + 1 THEN
          RAISE EXCEPTION 'version of % must rise by one', TG_TABLE_NAME
            USING ERRCODE = 'P0001', CONSTRAINT = TG_TABLE_NAME || '_version_ck';
        END IF;
        RETURN NEW;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA inspect; DROP FUNCTION forbid_change(); DROP FUNCTION bump_version()');
  }
}
