import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What owners were told and from when on a clock runs, what they object to, and who else may be asked: a body outside, by a link. */
export class OffersAndObjections2026112800200 implements MigrationInterface {
  name = 'OffersAndObjections2026112800200';

  async up(runner: QueryRunner): Promise<void> {
    await this.notices(runner);
    await this.objections(runner);
    await this.links(runner);
    await this.outside(runner);
    await runner.query('ALTER TABLE acceptance ADD CONSTRAINT acceptance_on_account_ck CHECK (kind <> \'on_account\' OR release_hash IS NULL)');
  }

  private async notices(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE decision_notice (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        kind text NOT NULL,
        entitlement_no int,
        objection_no int,
        letter_ids uuid[] NOT NULL,
        offer_days int NOT NULL,
        objection_days int NOT NULL,
        zone text NOT NULL,
        told_at timestamptz(3) NOT NULL,
        look_at timestamptz(3),
        reminded_at timestamptz(3),
        CONSTRAINT decision_notice_pk PRIMARY KEY (id),
        CONSTRAINT decision_notice_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT decision_notice_kind_ck CHECK (kind IN ('offer', 'renewal', 'grant', 'refusal', 'objection')),
        CONSTRAINT decision_notice_objection_ck CHECK ((kind = 'objection') = (objection_no IS NOT NULL)),
        CONSTRAINT decision_notice_days_ck CHECK (offer_days BETWEEN 0 AND 3650 AND objection_days BETWEEN 0 AND 3650)
      )`);
    await runner.query('CREATE INDEX decision_notice_claim_ix ON decision_notice (claim_id, id)');
    await runner.query('CREATE INDEX decision_notice_due_ix ON decision_notice (look_at, id) WHERE look_at IS NOT NULL');
    await runner.query('GRANT SELECT, INSERT, UPDATE (look_at, reminded_at) ON decision_notice TO makegood_app');
  }

  private async objections(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE objection (
        claim_id uuid NOT NULL,
        k int NOT NULL,
        merchant_id uuid NOT NULL,
        notice_id uuid,
        level int NOT NULL,
        grounds text[] NOT NULL,
        text_digest char(64) NOT NULL,
        contested_service text,
        contested_from timestamptz(3),
        contested_to timestamptz(3),
        on_account boolean NOT NULL,
        opened_by uuid NOT NULL,
        opened_at timestamptz(3) NOT NULL,
        outcome text,
        decided_at timestamptz(3),
        decided_by uuid,
        outside boolean NOT NULL DEFAULT false,
        determination_id uuid,
        CONSTRAINT objection_pk PRIMARY KEY (claim_id, k),
        CONSTRAINT objection_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT objection_notice_fk FOREIGN KEY (notice_id) REFERENCES decision_notice (id),
        CONSTRAINT objection_opener_fk FOREIGN KEY (opened_by) REFERENCES app_user (id),
        CONSTRAINT objection_decider_fk FOREIGN KEY (decided_by) REFERENCES app_user (id),
        CONSTRAINT objection_determination_fk FOREIGN KEY (determination_id) REFERENCES determination (id),
        CONSTRAINT objection_level_ck CHECK (level IN (1, 2)),
        CONSTRAINT objection_grounds_ck CHECK (cardinality(grounds) BETWEEN 1 AND 20),
        CONSTRAINT objection_contested_ck CHECK ((contested_service IS NULL) = (contested_from IS NULL) AND (contested_from IS NULL) = (contested_to IS NULL) AND contested_from < contested_to),
        CONSTRAINT objection_outcome_ck CHECK (outcome IN ('upheld', 'dismissed', 'dropped')),
        CONSTRAINT objection_decided_ck CHECK ((outcome IS NULL) = (decided_at IS NULL)
          AND (coalesce(outcome, 'dropped') = 'dropped') = (determination_id IS NULL)
          AND CASE WHEN coalesce(outcome, 'dropped') = 'dropped' THEN decided_by IS NULL AND NOT outside ELSE outside = (decided_by IS NULL) END)
      )`);
    await runner.query('CREATE UNIQUE INDEX objection_open_uq ON objection (claim_id) WHERE outcome IS NULL');
    await runner.query('CREATE INDEX objection_queue_ix ON objection (opened_at, claim_id) WHERE outcome IS NULL');
    await runner.query('CREATE UNIQUE INDEX objection_reconsiderer_uq ON objection (claim_id, decided_by)');
    await runner.query(`
      CREATE FUNCTION objection_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'an objection is decided once, and never deleted' USING ERRCODE = 'P0001', CONSTRAINT = 'objection_stays_ck';
      END $$`);
    await runner.query('CREATE TRIGGER objection_decided_tg BEFORE UPDATE ON objection FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION objection_stays()');
    await runner.query('CREATE TRIGGER objection_kept_tg BEFORE DELETE ON objection FOR EACH ROW EXECUTE FUNCTION objection_stays()');
    await runner.query('ALTER TABLE objection ENABLE ALWAYS TRIGGER objection_decided_tg');
    await runner.query('ALTER TABLE objection ENABLE ALWAYS TRIGGER objection_kept_tg');
    await runner.query('GRANT SELECT, INSERT, UPDATE (outcome, decided_at, decided_by, outside, determination_id) ON objection TO makegood_app');
  }

  private async links(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE objection_link (
        claim_id uuid NOT NULL,
        k int NOT NULL,
        merchant_id uuid NOT NULL,
        token_hash bytea NOT NULL,
        made_at timestamptz(3) NOT NULL,
        ends_at timestamptz(3) NOT NULL,
        CONSTRAINT objection_link_pk PRIMARY KEY (claim_id, k),
        CONSTRAINT objection_link_objection_fk FOREIGN KEY (claim_id, k) REFERENCES objection (claim_id, k),
        CONSTRAINT objection_link_token_uq UNIQUE (token_hash),
        CONSTRAINT objection_link_ends_ck CHECK (ends_at > made_at)
      )`);
    await runner.query('GRANT SELECT, INSERT ON objection_link TO makegood_app');
  }

  /** A body outside decides under no user of ours, and is no rule; whoever puts a figure in deciding an objection reconsiders. */
  private async outside(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE determination ADD COLUMN outside boolean NOT NULL DEFAULT false, DROP CONSTRAINT determination_actor_ck,
        ADD CONSTRAINT determination_actor_ck CHECK (by_rule = (user_id IS NULL AND NOT outside) AND (NOT outside OR (user_id IS NULL AND stage = 'objection')))`);
    await runner.query(`
      ALTER TABLE override ALTER COLUMN user_id DROP NOT NULL, ADD COLUMN objection_no int,
        ADD CONSTRAINT override_objection_fk FOREIGN KEY (claim_id, objection_no) REFERENCES objection (claim_id, k),
        ADD CONSTRAINT override_author_ck CHECK (user_id IS NOT NULL OR objection_no IS NOT NULL)`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION hold_duty_of_override() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.user_id IS NOT NULL THEN
          INSERT INTO duty_held (subject_id, duty, user_id, held_at)
          VALUES (NEW.claim_id, CASE WHEN NEW.objection_no IS NULL THEN 'recommender' ELSE 'reconsiderer' END, NEW.user_id, NEW.at) ON CONFLICT DO NOTHING;
        END IF;
        RETURN NEW;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION hold_duty_of_override() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES (NEW.claim_id, 'recommender', NEW.user_id, NEW.at) ON CONFLICT DO NOTHING;
        RETURN NEW;
      END $$`);
    await runner.query('ALTER TABLE override DROP COLUMN objection_no, ALTER COLUMN user_id SET NOT NULL');
    await runner.query(`
      ALTER TABLE determination DROP CONSTRAINT determination_actor_ck, DROP COLUMN outside,
        ADD CONSTRAINT determination_actor_ck CHECK (by_rule = (user_id IS NULL))`);
    await runner.query('DROP TABLE objection_link, objection, decision_notice; DROP FUNCTION objection_stays()');
    await runner.query('ALTER TABLE acceptance DROP CONSTRAINT acceptance_on_account_ck');
  }
}
