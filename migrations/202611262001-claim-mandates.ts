import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A claim that an agent began names its mandate. Nothing is offered before the business has confirmed it, whoever connects. */
export class ClaimMandates2026112620010 implements MigrationInterface {
  name = 'ClaimMandates2026112620010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE claim ADD COLUMN mandate_id uuid');
    await runner.query('ALTER TABLE claim ADD CONSTRAINT claim_mandate_fk FOREIGN KEY (mandate_id, merchant_id) REFERENCES mandate (id, merchant_id)');
    await runner.query('CREATE INDEX claim_mandate_ix ON claim (mandate_id, id) WHERE mandate_id IS NOT NULL');
    await runner.query(`
      CREATE FUNCTION check_claim_mandate() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM mandate WHERE id = NEW.mandate_id AND confirmed_at IS NULL) THEN
          RAISE EXCEPTION 'the business has not confirmed the mandate' USING ERRCODE = 'P0001', CONSTRAINT = 'claim_mandate_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER claim_mandate_tg BEFORE UPDATE OF state ON claim FOR EACH ROW
      WHEN (NEW.mandate_id IS NOT NULL AND NEW.state IN ('offered', 'accepted')) EXECUTE FUNCTION check_claim_mandate()`);
    await runner.query('ALTER TABLE claim ENABLE ALWAYS TRIGGER claim_mandate_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER claim_mandate_tg ON claim; DROP FUNCTION check_claim_mandate(); DROP INDEX claim_mandate_ix;
      ALTER TABLE claim DROP CONSTRAINT claim_mandate_fk; ALTER TABLE claim DROP COLUMN mandate_id`);
  }
}
