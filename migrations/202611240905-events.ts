import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Facts in the order they were written, and the stored answers of commands. */
export class Events2026112409050 implements MigrationInterface {
  name = 'Events2026112409050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE event_log (
        id uuid NOT NULL DEFAULT uuidv7(),
        seq bigint GENERATED ALWAYS AS IDENTITY,
        at timestamptz(3) NOT NULL,
        topic text NOT NULL,
        aggregate_type text NOT NULL,
        aggregate_id uuid NOT NULL,
        merchant_id uuid,
        actor text NOT NULL,
        payload jsonb NOT NULL,
        CONSTRAINT event_log_pk PRIMARY KEY (id),
        CONSTRAINT event_log_seq_uq UNIQUE (seq),
        CONSTRAINT event_log_topic_ck CHECK (topic ~ '^[a-z_]+([.][a-z_]+)+$')
      )`);
    await runner.query('CREATE INDEX event_log_aggregate_ix ON event_log (aggregate_id, seq)');
    await runner.query('CREATE TRIGGER event_log_append_only_tg BEFORE UPDATE OR DELETE ON event_log FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE event_log ENABLE ALWAYS TRIGGER event_log_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON event_log TO makegood_app');
    await runner.query(`
      CREATE VIEW inspect.events AS SELECT id, topic, aggregate_type || '/' || aggregate_id AS dedupe, at AS sent_at FROM event_log`);
    await runner.query(`
      CREATE TABLE idempotency (
        principal text NOT NULL,
        method text NOT NULL,
        path text NOT NULL,
        key text NOT NULL,
        fingerprint char(64) NOT NULL,
        status int NOT NULL,
        body jsonb,
        created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
        CONSTRAINT idempotency_pk PRIMARY KEY (principal, method, path, key),
        CONSTRAINT idempotency_key_ck CHECK (length(key) BETWEEN 1 AND 200)
      )`);
    await runner.query('GRANT SELECT, INSERT, DELETE ON idempotency TO makegood_app');
    await runner.query('CREATE VIEW inspect.idempotency AS SELECT principal, method || \' \' || path AS route, key, status FROM idempotency');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW inspect.events; DROP VIEW inspect.idempotency; DROP TABLE event_log; DROP TABLE idempotency');
  }
}
