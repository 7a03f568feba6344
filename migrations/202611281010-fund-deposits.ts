import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Money that comes to a fund with a limit after it was made: stated by one person, booked by another. The limit follows by trigger. */
export class FundDeposits2026112810100 implements MigrationInterface {
  name = 'FundDeposits2026112810100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE fund_deposit (
        fund_id uuid NOT NULL,
        n int NOT NULL,
        amount_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        reference text NOT NULL,
        stated_by uuid NOT NULL,
        stated_at timestamptz(3) NOT NULL,
        outcome text,
        decided_by uuid,
        decided_at timestamptz(3),
        CONSTRAINT fund_deposit_pk PRIMARY KEY (fund_id, n),
        CONSTRAINT fund_deposit_fund_fk FOREIGN KEY (fund_id, currency) REFERENCES fund (id, currency),
        CONSTRAINT fund_deposit_stater_fk FOREIGN KEY (stated_by) REFERENCES app_user (id),
        CONSTRAINT fund_deposit_decider_fk FOREIGN KEY (decided_by) REFERENCES app_user (id),
        CONSTRAINT fund_deposit_amount_ck CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
        CONSTRAINT fund_deposit_outcome_ck CHECK (outcome IN ('booked', 'dropped')),
        CONSTRAINT fund_deposit_decided_ck CHECK ((outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)),
        CONSTRAINT fund_deposit_second_ck CHECK (outcome IS DISTINCT FROM 'booked' OR decided_by <> stated_by)
      )`);
    await runner.query('CREATE UNIQUE INDEX fund_deposit_reference_uq ON fund_deposit (fund_id, reference) WHERE outcome IS DISTINCT FROM \'dropped\'');
    await this.stays(runner);
    await this.limit(runner);
    await runner.query(`
      GRANT SELECT, INSERT ON fund_deposit TO makegood_app;
      GRANT UPDATE (outcome, decided_by, decided_at) ON fund_deposit TO makegood_app`);
  }

  private async stays(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION fund_deposit_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'a deposit is decided once, and never deleted' USING ERRCODE = 'P0001', CONSTRAINT = 'fund_deposit_stays_ck';
      END $$`);
    await runner.query('CREATE TRIGGER fund_deposit_decided_tg BEFORE UPDATE ON fund_deposit FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION fund_deposit_stays()');
    await runner.query('CREATE TRIGGER fund_deposit_kept_tg BEFORE DELETE ON fund_deposit FOR EACH ROW EXECUTE FUNCTION fund_deposit_stays()');
    await runner.query('ALTER TABLE fund_deposit ENABLE ALWAYS TRIGGER fund_deposit_decided_tg');
    await runner.query('ALTER TABLE fund_deposit ENABLE ALWAYS TRIGGER fund_deposit_kept_tg');
  }

  /** The application's role can write no limit, as it can write no balance. */
  private async limit(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION raise_fund_limit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
      BEGIN
        UPDATE fund SET limit_minor = limit_minor + NEW.amount_minor, version = version + 1 WHERE id = NEW.fund_id AND limit_minor IS NOT NULL;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the fund has no limit' USING ERRCODE = 'P0001', CONSTRAINT = 'fund_deposit_limit_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER fund_deposit_limit_tg AFTER INSERT OR UPDATE ON fund_deposit FOR EACH ROW WHEN (NEW.outcome = 'booked') EXECUTE FUNCTION raise_fund_limit()`);
    await runner.query('ALTER TABLE fund_deposit ENABLE ALWAYS TRIGGER fund_deposit_limit_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE fund_deposit; DROP FUNCTION fund_deposit_stays(), raise_fund_limit()');
  }
}
