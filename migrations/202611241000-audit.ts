import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One hash chain per aggregate, and free text apart from it so that erasing a text does not break a chain. */
export class Audit2026112410000 implements MigrationInterface {
  name = 'Audit2026112410000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entry (
        seq bigint GENERATED ALWAYS AS IDENTITY,
        aggregate_type text NOT NULL,
        aggregate_id uuid NOT NULL,
        n int NOT NULL,
        at timestamptz(3) NOT NULL,
        actor text NOT NULL,
        action text NOT NULL,
        data jsonb NOT NULL,
        prev_hash char(64) NOT NULL,
        hash char(64) NOT NULL,
        CONSTRAINT audit_entry_pk PRIMARY KEY (aggregate_type, aggregate_id, n),
        CONSTRAINT audit_entry_seq_uq UNIQUE (seq),
        CONSTRAINT audit_entry_n_ck CHECK (n > 0)
      )`);
    await runner.query(`
      CREATE TABLE audit_head (
        aggregate_type text NOT NULL,
        aggregate_id uuid NOT NULL,
        n int NOT NULL,
        hash char(64) NOT NULL,
        CONSTRAINT audit_head_pk PRIMARY KEY (aggregate_type, aggregate_id)
      )`);
    await runner.query(`
      CREATE FUNCTION audit_head_only_rises() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.n <> OLD.n + 1 THEN
          RAISE EXCEPTION 'an audit chain grows by one' USING ERRCODE = 'P0001', CONSTRAINT = 'audit_head_rises_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER audit_head_rises_tg BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_only_rises()');
    await runner.query('CREATE TRIGGER audit_entry_append_only_tg BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON audit_entry TO makegood_app');
    await runner.query('GRANT SELECT, INSERT, UPDATE (n, hash) ON audit_head TO makegood_app');
    await runner.query(`
      CREATE TABLE text_body (
        digest char(64) NOT NULL,
        body text,
        created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
        CONSTRAINT text_body_pk PRIMARY KEY (digest)
      )`);
    await runner.query('GRANT SELECT, INSERT ON text_body TO makegood_app');
    await runner.query('GRANT SELECT, UPDATE (body) ON text_body TO makegood_eraser');
    await runner.query('CREATE VIEW inspect.audit AS SELECT seq, at, actor, action, hash, prev_hash AS prev FROM audit_entry');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW inspect.audit; DROP TABLE audit_entry; DROP TABLE audit_head; DROP TABLE text_body; DROP FUNCTION audit_head_only_rises()');
  }
}
