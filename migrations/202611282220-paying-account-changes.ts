import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where money leaves from is changed by two people: one proposes, another applies. The database asks for both, whoever writes. */
export class PayingAccountChanges2026112822200 implements MigrationInterface {
  name = 'PayingAccountChanges2026112822200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE paying_account_change (
        paying_account_id uuid NOT NULL,
        n int NOT NULL,
        fund_id uuid,
        what jsonb NOT NULL,
        base_version int NOT NULL,
        proposed_by uuid NOT NULL,
        proposed_at timestamptz(3) NOT NULL,
        outcome text,
        decided_by uuid,
        decided_at timestamptz(3),
        CONSTRAINT paying_account_change_pk PRIMARY KEY (paying_account_id, n),
        CONSTRAINT paying_account_change_account_fk FOREIGN KEY (paying_account_id) REFERENCES paying_account (id),
        CONSTRAINT paying_account_change_fund_fk FOREIGN KEY (fund_id) REFERENCES fund (id),
        CONSTRAINT paying_account_change_proposer_fk FOREIGN KEY (proposed_by) REFERENCES app_user (id),
        CONSTRAINT paying_account_change_decider_fk FOREIGN KEY (decided_by) REFERENCES app_user (id),
        CONSTRAINT paying_account_change_outcome_ck CHECK (outcome IN ('applied', 'dropped')),
        CONSTRAINT paying_account_change_decided_ck CHECK ((outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)),
        CONSTRAINT paying_account_change_second_ck CHECK (outcome IS DISTINCT FROM 'applied' OR decided_by <> proposed_by)
      )`);
    await runner.query('CREATE UNIQUE INDEX paying_account_change_open_uq ON paying_account_change (paying_account_id) WHERE outcome IS NULL AND fund_id IS NULL');
    await runner.query('CREATE UNIQUE INDEX paying_account_change_fund_uq ON paying_account_change (fund_id) WHERE outcome IS NULL');
    await this.stays(runner);
    await this.guarded(runner);
    await runner.query(`
      GRANT SELECT, INSERT ON paying_account_change TO makegood_app;
      GRANT UPDATE (outcome, decided_by, decided_at) ON paying_account_change TO makegood_app`);
  }

  private async stays(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION paying_account_change_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'a change is decided once, and never deleted' USING ERRCODE = 'P0001', CONSTRAINT = 'paying_account_change_stays_ck';
      END $$`);
    await runner.query(`
      CREATE TRIGGER paying_account_change_decided_tg BEFORE UPDATE ON paying_account_change FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION paying_account_change_stays()`);
    await runner.query('CREATE TRIGGER paying_account_change_kept_tg BEFORE DELETE ON paying_account_change FOR EACH ROW EXECUTE FUNCTION paying_account_change_stays()');
    for (const trigger of ['paying_account_change_decided_tg', 'paying_account_change_kept_tg']) await runner.query(`ALTER TABLE paying_account_change ENABLE ALWAYS TRIGGER ${trigger}`);
  }

  /** An account, and what a fund pays from, moves only by a change that two people made for the version it has. */
  private async guarded(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION paying_account_guarded() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM paying_account_change c WHERE c.paying_account_id = OLD.id AND c.fund_id IS NULL AND c.outcome = 'applied' AND c.base_version = OLD.version) THEN
          RAISE EXCEPTION 'two people change a paying account' USING ERRCODE = 'P0001', CONSTRAINT = 'paying_account_two_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER paying_account_guarded_tg BEFORE UPDATE ON paying_account FOR EACH ROW EXECUTE FUNCTION paying_account_guarded()');
    await runner.query(`
      CREATE FUNCTION fund_paying_account_guarded() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM paying_account_change c WHERE c.paying_account_id = NEW.paying_account_id AND c.fund_id = OLD.id AND c.outcome = 'applied' AND c.base_version = OLD.version) THEN
          RAISE EXCEPTION 'two people change what a fund pays from' USING ERRCODE = 'P0001', CONSTRAINT = 'paying_account_two_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER fund_paying_account_guarded_tg BEFORE UPDATE OF paying_account_id, method ON fund FOR EACH ROW
      WHEN (OLD.paying_account_id IS NOT NULL AND NEW.paying_account_id IS NOT NULL AND (NEW.paying_account_id, NEW.method) IS DISTINCT FROM (OLD.paying_account_id, OLD.method)) EXECUTE FUNCTION fund_paying_account_guarded()`);
    await runner.query('ALTER TABLE paying_account ENABLE ALWAYS TRIGGER paying_account_guarded_tg; ALTER TABLE fund ENABLE ALWAYS TRIGGER fund_paying_account_guarded_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER paying_account_guarded_tg ON paying_account; DROP TRIGGER fund_paying_account_guarded_tg ON fund');
    await runner.query('DROP FUNCTION paying_account_guarded(), fund_paying_account_guarded(); DROP TABLE paying_account_change; DROP FUNCTION paying_account_change_stays()');
  }
}
