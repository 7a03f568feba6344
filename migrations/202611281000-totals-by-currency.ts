import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims of a run in the currency of each, and a bound of the approver for each: an amendment may touch claims in several. */
export class TotalsByCurrency2026112810000 implements MigrationInterface {
  name = 'TotalsByCurrency2026112810000';

  async up(runner: QueryRunner): Promise<void> {
    await this.items(runner);
    await this.bounds(runner);
  }

  private async items(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE change_run_item ADD COLUMN currency char(3);
      ALTER TABLE change_run_item DISABLE TRIGGER change_run_item_append_only_tg;
      UPDATE change_run_item i SET currency = r.head ->> 'currency' FROM change_run r WHERE r.id = i.run_id;
      ALTER TABLE change_run_item ENABLE ALWAYS TRIGGER change_run_item_append_only_tg;
      ALTER TABLE change_run_item ALTER COLUMN currency SET NOT NULL`);
    await runner.query(`
      DROP INDEX change_run_item_difference_ix;
      CREATE INDEX change_run_item_difference_ix ON change_run_item (run_id, currency, (after_minor - before_minor), claim_id)`);
  }

  private async bounds(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change_approval_bound (
        change_id uuid NOT NULL,
        currency char(3) NOT NULL,
        bound_minor bigint NOT NULL,
        moved_minor bigint NOT NULL,
        CONSTRAINT change_approval_bound_pk PRIMARY KEY (change_id, currency),
        CONSTRAINT change_approval_bound_approval_fk FOREIGN KEY (change_id) REFERENCES change_approval (change_id)
      )`);
    await runner.query(`
      INSERT INTO change_approval_bound (change_id, currency, bound_minor, moved_minor)
      SELECT a.change_id, r.head ->> 'currency', a.bound_minor, a.moved_minor FROM change_approval a JOIN change_run r ON r.id = a.run_id`);
    await runner.query('ALTER TABLE change_approval DROP COLUMN bound_minor, DROP COLUMN moved_minor');
    await runner.query('CREATE TRIGGER change_approval_bound_append_only_tg BEFORE UPDATE OR DELETE ON change_approval_bound FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE change_approval_bound ENABLE ALWAYS TRIGGER change_approval_bound_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON change_approval_bound TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE change_approval ADD COLUMN bound_minor bigint, ADD COLUMN moved_minor bigint;
      ALTER TABLE change_approval DISABLE TRIGGER change_approval_append_only_tg;
      UPDATE change_approval a SET bound_minor = b.bound_minor, moved_minor = b.moved_minor FROM change_approval_bound b WHERE b.change_id = a.change_id;
      ALTER TABLE change_approval ENABLE ALWAYS TRIGGER change_approval_append_only_tg;
      ALTER TABLE change_approval ALTER COLUMN bound_minor SET NOT NULL, ALTER COLUMN moved_minor SET NOT NULL;
      DROP TABLE change_approval_bound`);
    await runner.query(`
      DROP INDEX change_run_item_difference_ix;
      ALTER TABLE change_run_item DROP COLUMN currency;
      CREATE INDEX change_run_item_difference_ix ON change_run_item (run_id, (after_minor - before_minor), claim_id)`);
  }
}
