import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Amendments that were given up: said once of a revision, which then counts never. */
export class WithdrawnRevisions2026112702700 implements MigrationInterface {
  name = 'WithdrawnRevisions2026112702700';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outage_revision_withdrawal (
        revision_id uuid NOT NULL,
        withdrawn_by uuid NOT NULL,
        withdrawn_at timestamptz(3) NOT NULL,
        CONSTRAINT outage_revision_withdrawal_pk PRIMARY KEY (revision_id),
        CONSTRAINT outage_revision_withdrawal_revision_fk FOREIGN KEY (revision_id) REFERENCES outage_revision (id),
        CONSTRAINT outage_revision_withdrawal_by_fk FOREIGN KEY (withdrawn_by) REFERENCES app_user (id)
      )`);
    // Those that were given up before there was this table: who and when is in the trail.
    await runner.query(`
      INSERT INTO outage_revision_withdrawal (revision_id, withdrawn_by, withdrawn_at)
      SELECT r.id, u.id, a.at FROM change c
      JOIN outage_revision r ON r.outage_id = c.outage_id AND r.number = c.outage_revision
      JOIN audit_entry a ON a.aggregate_type = 'change' AND a.aggregate_id = c.id AND a.action = 'change.withdraw'
      JOIN app_user u ON a.actor = u.id::text
      WHERE c.kind = 'amendment' AND c.state = 'withdrawn'`);
    await this.never(runner);
    await runner.query(`
      CREATE TRIGGER outage_revision_withdrawal_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON outage_revision_withdrawal
      FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE outage_revision_withdrawal ENABLE ALWAYS TRIGGER outage_revision_withdrawal_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON outage_revision_withdrawal TO makegood_app');
  }

  /** Recorded or withdrawn, not both; whoever does either has locked the outage's row. */
  private async never(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION outage_revision_recorded_or_withdrawn() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM register_entry e WHERE e.revision_id = NEW.revision_id)
          AND EXISTS (SELECT FROM outage_revision_withdrawal w WHERE w.revision_id = NEW.revision_id) THEN
          RAISE EXCEPTION 'a revision is recorded or withdrawn, not both'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'outage_revision_withdrawal_ck';
        END IF;
        RETURN NULL;
      END $$`);
    for (const table of ['register_entry', 'outage_revision_withdrawal']) {
      await runner.query(`CREATE TRIGGER ${table}_withdrawn_tg AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION outage_revision_recorded_or_withdrawn()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_withdrawn_tg`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER register_entry_withdrawn_tg ON register_entry;
      DROP TABLE outage_revision_withdrawal;
      DROP FUNCTION outage_revision_recorded_or_withdrawn()`);
  }
}
