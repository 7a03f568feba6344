import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A list of claims knows an open objection by the row itself, however it is opened or ends; and amounts are sorted inside their currency. */
export class QueueObjections2026112810200 implements MigrationInterface {
  name = 'QueueObjections2026112810200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION claim_assignment_objected() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        UPDATE claim_assignment SET objected = (NEW.outcome IS NULL) WHERE claim_id = NEW.claim_id;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER claim_assignment_objected_tg AFTER INSERT OR UPDATE OF outcome ON objection FOR EACH ROW
      EXECUTE FUNCTION claim_assignment_objected()`);
    await runner.query('UPDATE claim_assignment a SET objected = true FROM objection o WHERE o.claim_id = a.claim_id AND o.outcome IS NULL');
    await runner.query('DROP INDEX claim_assignment_amount_minor_ix');
    await runner.query('CREATE INDEX claim_assignment_money_ix ON claim_assignment (state, currency, amount_minor, claim_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX claim_assignment_money_ix');
    await runner.query('CREATE INDEX claim_assignment_amount_minor_ix ON claim_assignment (state, amount_minor, claim_id)');
    await runner.query('DROP TRIGGER claim_assignment_objected_tg ON objection');
    await runner.query('DROP FUNCTION claim_assignment_objected()');
  }
}
