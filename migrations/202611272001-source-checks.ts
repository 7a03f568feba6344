import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a source says of whole days, which the register is held against. */
export class SourceChecks2026112720010 implements MigrationInterface {
  name = 'SourceChecks2026112720010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outage_source_check (
        source_id uuid NOT NULL,
        component text NOT NULL,
        day date NOT NULL,
        minutes_down int NOT NULL,
        payload_sha256 char(64) NOT NULL,
        CONSTRAINT outage_source_check_pk PRIMARY KEY (source_id, component, day),
        CONSTRAINT outage_source_check_payload_fk FOREIGN KEY (source_id, payload_sha256) REFERENCES source_payload (source_id, sha256),
        CONSTRAINT outage_source_check_minutes_ck CHECK (minutes_down BETWEEN 0 AND 1440)
      )`);
    await runner.query('CREATE INDEX outage_source_check_day_ix ON outage_source_check (source_id, day)');
    await runner.query('CREATE INDEX outage_source_check_payload_ix ON outage_source_check (source_id, payload_sha256)');
    await runner.query(`
      GRANT SELECT, INSERT, DELETE ON outage_source_check TO makegood_app;
      GRANT UPDATE (minutes_down, payload_sha256) ON outage_source_check TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outage_source_check');
  }
}
