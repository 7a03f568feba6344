import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Caps that several claims share: what each claim uses, and, kept by a trigger, what all of them do; never more than the cap. */
export class CapUse2026112800310 implements MigrationInterface {
  name = 'CapUse2026112800310';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE cap_use (
        key text NOT NULL,
        holder_id uuid NOT NULL GENERATED ALWAYS AS (right(key, 36)::uuid) STORED,
        used_minor bigint NOT NULL DEFAULT 0,
        cap_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        CONSTRAINT cap_use_pk PRIMARY KEY (key),
        CONSTRAINT cap_use_currency_uq UNIQUE (key, currency),
        CONSTRAINT cap_use_fits_ck CHECK (used_minor BETWEEN 0 AND cap_minor)
      )`);
    await runner.query('CREATE INDEX cap_use_holder_ix ON cap_use (holder_id)');
    await runner.query(`
      CREATE TABLE cap_use_of_claim (
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        key text NOT NULL,
        used_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        CONSTRAINT cap_use_of_claim_pk PRIMARY KEY (claim_id, key),
        CONSTRAINT cap_use_of_claim_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT cap_use_of_claim_cap_fk FOREIGN KEY (key, currency) REFERENCES cap_use (key, currency),
        CONSTRAINT cap_use_of_claim_amount_ck CHECK (used_minor >= 0)
      )`);
    await runner.query('CREATE INDEX cap_use_of_claim_key_ix ON cap_use_of_claim (key)');
    // The sum follows the rows inside the database: the application's role cannot write it.
    await runner.query(`
      CREATE FUNCTION follow_cap_use() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        IF TG_OP <> 'INSERT' THEN
          UPDATE cap_use SET used_minor = used_minor - OLD.used_minor + CASE WHEN TG_OP = 'UPDATE' THEN NEW.used_minor ELSE 0 END WHERE key = OLD.key;
        ELSE
          UPDATE cap_use SET used_minor = used_minor + NEW.used_minor WHERE key = NEW.key;
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query('CREATE TRIGGER cap_use_follows_tg AFTER INSERT OR UPDATE OR DELETE ON cap_use_of_claim FOR EACH ROW EXECUTE FUNCTION follow_cap_use()');
    await runner.query('ALTER TABLE cap_use_of_claim ENABLE ALWAYS TRIGGER cap_use_follows_tg');
    await runner.query(`
      GRANT SELECT, INSERT (key, cap_minor, currency), UPDATE (cap_minor) ON cap_use TO makegood_app;
      GRANT SELECT, INSERT, DELETE, UPDATE (used_minor) ON cap_use_of_claim TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE cap_use_of_claim, cap_use; DROP FUNCTION follow_cap_use()');
  }
}
