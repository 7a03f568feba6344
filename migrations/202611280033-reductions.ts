import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DUTY_CONFLICTS } from '../src/modules/identity/duties.rules.js';

/** The one way an entitlement falls: proposed by one person, told to its owner, decided by another when the time to be heard is over. */
export class Reductions2026112800330 implements MigrationInterface {
  name = 'Reductions2026112800330';

  async up(runner: QueryRunner): Promise<void> {
    for (const [duty, excludes] of DUTY_CONFLICTS) {
      await runner.query('INSERT INTO duty_conflict (duty, excludes) VALUES ($1, $2), ($2, $1) ON CONFLICT DO NOTHING', [duty, excludes]);
    }
    await runner.query(`
      ALTER TABLE determination DROP CONSTRAINT determination_stage_ck,
        ADD CONSTRAINT determination_stage_ck CHECK (stage IN ('recommendation', 'decision', 'objection', 'reduction'))`);
    await runner.query(`
      ALTER TABLE acceptance DROP CONSTRAINT acceptance_kind_ck,
        ADD CONSTRAINT acceptance_kind_ck CHECK (kind IN ('in_full', 'on_account', 'raised', 'reduced'))`);
    await this.table(runner);
    await this.duties(runner);
    await this.falls(runner);
  }

  private async table(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_reduction (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        n int NOT NULL,
        entitlement_no int NOT NULL,
        to_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        reason text NOT NULL,
        text_digest char(64) NOT NULL,
        proposed_by uuid NOT NULL,
        proposed_at timestamptz(3) NOT NULL,
        heard_until timestamptz(3) NOT NULL,
        waived boolean NOT NULL,
        outcome text,
        decided_by uuid,
        decided_at timestamptz(3),
        note_digest char(64),
        determination_id uuid,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT claim_reduction_pk PRIMARY KEY (id),
        CONSTRAINT claim_reduction_n_uq UNIQUE (claim_id, n),
        CONSTRAINT claim_reduction_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT claim_reduction_entitlement_fk FOREIGN KEY (claim_id, entitlement_no) REFERENCES entitlement (claim_id, n),
        CONSTRAINT claim_reduction_proposer_fk FOREIGN KEY (proposed_by) REFERENCES app_user (id),
        CONSTRAINT claim_reduction_decider_fk FOREIGN KEY (decided_by) REFERENCES app_user (id),
        CONSTRAINT claim_reduction_determination_fk FOREIGN KEY (determination_id) REFERENCES determination (id),
        CONSTRAINT claim_reduction_amount_ck CHECK (to_minor BETWEEN 0 AND 1000000000000000),
        CONSTRAINT claim_reduction_reason_ck CHECK (reason IN ('fraud_found', 'granted_in_error', 'paid_by_another', 'facts_corrected')),
        CONSTRAINT claim_reduction_waived_ck CHECK (NOT waived OR reason = 'fraud_found'),
        CONSTRAINT claim_reduction_decided_ck CHECK ((outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)
          AND (outcome IS NULL OR outcome IN ('reduced', 'dropped')) AND ((outcome IS NOT DISTINCT FROM 'reduced') = (determination_id IS NOT NULL))),
        CONSTRAINT claim_reduction_second_ck CHECK (outcome IS DISTINCT FROM 'reduced' OR decided_by <> proposed_by),
        CONSTRAINT claim_reduction_heard_ck CHECK (outcome IS DISTINCT FROM 'reduced' OR waived OR decided_at >= heard_until)
      )`);
    await runner.query('CREATE UNIQUE INDEX claim_reduction_open_uq ON claim_reduction (claim_id) WHERE outcome IS NULL');
    await runner.query(`
      CREATE FUNCTION claim_reduction_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'a reduction is decided once, and never deleted' USING ERRCODE = 'P0001', CONSTRAINT = 'claim_reduction_stays_ck';
      END $$`);
    await runner.query('CREATE TRIGGER claim_reduction_decided_tg BEFORE UPDATE OR DELETE ON claim_reduction FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION claim_reduction_stays()');
    await runner.query('CREATE TRIGGER claim_reduction_kept_tg BEFORE DELETE ON claim_reduction FOR EACH ROW EXECUTE FUNCTION claim_reduction_stays()');
    await runner.query('ALTER TABLE claim_reduction ENABLE ALWAYS TRIGGER claim_reduction_decided_tg');
    await runner.query('ALTER TABLE claim_reduction ENABLE ALWAYS TRIGGER claim_reduction_kept_tg');
    await runner.query('CREATE TRIGGER claim_reduction_version_tg BEFORE UPDATE ON claim_reduction FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      GRANT SELECT, INSERT ON claim_reduction TO makegood_app;
      GRANT UPDATE (outcome, decided_by, decided_at, note_digest, determination_id, version) ON claim_reduction TO makegood_app`);
  }

  /** Who proposes and who decides hold the duty from then on, whoever wrote the row. */
  private async duties(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION hold_duty_of_determination() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO duty_held (subject_id, duty, user_id, held_at)
        VALUES (NEW.claim_id, CASE NEW.stage WHEN 'recommendation' THEN 'recommender' WHEN 'decision' THEN 'decider' WHEN 'reduction' THEN 'reduction_decider' ELSE 'reconsiderer' END, NEW.user_id, NEW.at)
        ON CONFLICT DO NOTHING;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE FUNCTION hold_duty_of_reduction() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES (NEW.claim_id, 'reduction_proposer', NEW.proposed_by, NEW.proposed_at) ON CONFLICT DO NOTHING;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER claim_reduction_duty_tg BEFORE INSERT ON claim_reduction FOR EACH ROW EXECUTE FUNCTION hold_duty_of_reduction()');
    await runner.query('ALTER TABLE claim_reduction ENABLE ALWAYS TRIGGER claim_reduction_duty_tg');
  }

  private async falls(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE entitlement DROP CONSTRAINT entitlement_amount_ck,
        ADD CONSTRAINT entitlement_amount_ck CHECK (gross_minor BETWEEN 0 AND 1000000000000000 AND withheld_minor >= 0 AND net_minor = gross_minor - withheld_minor)`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION entitlement_never_falls() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        before entitlement;
      BEGIN
        SELECT * INTO before FROM entitlement WHERE claim_id = NEW.claim_id ORDER BY n DESC LIMIT 1;
        IF NEW.n <> coalesce(before.n, 0) + 1 OR ((NEW.gross_minor < coalesce(before.gross_minor, 0) OR NEW.gross_minor = 0) AND NOT EXISTS (
          SELECT FROM claim_reduction r JOIN determination d ON d.id = r.determination_id
          WHERE d.id = NEW.determination_id AND r.claim_id = NEW.claim_id AND d.claim_id = NEW.claim_id AND r.outcome = 'reduced' AND r.entitlement_no = before.n
            AND r.to_minor = NEW.gross_minor AND d.stage = 'reduction' AND d.user_id = r.decided_by AND r.proposed_by <> r.decided_by)) THEN
          RAISE EXCEPTION 'an entitlement is the next one and never falls' USING ERRCODE = 'P0001', CONSTRAINT = 'entitlement_rises_ck';
        END IF;
        RETURN NEW;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION entitlement_never_falls() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        before entitlement;
      BEGIN
        SELECT * INTO before FROM entitlement WHERE claim_id = NEW.claim_id ORDER BY n DESC LIMIT 1;
        IF NEW.n <> coalesce(before.n, 0) + 1 OR NEW.gross_minor < coalesce(before.gross_minor, 0) THEN
          RAISE EXCEPTION 'an entitlement is the next one and never falls' USING ERRCODE = 'P0001', CONSTRAINT = 'entitlement_rises_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('DROP TABLE claim_reduction; DROP FUNCTION claim_reduction_stays(), hold_duty_of_reduction()');
  }
}
