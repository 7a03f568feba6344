import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DECIDING_ROLES } from '../src/modules/review/duties/limits.rules.js';

const ROLES = DECIDING_ROLES.map((role) => `'${role}'`).join(', ');

/**
 * Up to what amount a role decides alone, and approvals that were the first of two. Without a row for a role and currency it decides
 * on any amount. The award above a limit is refused here too while no approval by somebody else stands.
 */
export class DecisionLimits2026112800410 implements MigrationInterface {
  name = 'DecisionLimits2026112800410';

  async up(runner: QueryRunner): Promise<void> {
    await this.limits(runner);
    await this.approvals(runner);
    await this.enforcement(runner);
  }

  private async limits(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE decision_limit (
        id uuid NOT NULL DEFAULT uuidv7(),
        role text NOT NULL,
        currency char(3) NOT NULL,
        up_to_minor bigint,
        set_by uuid NOT NULL,
        set_at timestamptz(3) NOT NULL,
        confirmed_by uuid,
        effective_at timestamptz(3),
        CONSTRAINT decision_limit_pk PRIMARY KEY (id),
        CONSTRAINT decision_limit_role_ck CHECK (role IN (${ROLES})),
        CONSTRAINT decision_limit_amount_ck CHECK (up_to_minor IS NULL OR up_to_minor BETWEEN 0 AND 1000000000000000),
        CONSTRAINT decision_limit_setter_fk FOREIGN KEY (set_by) REFERENCES app_user (id),
        CONSTRAINT decision_limit_confirmer_fk FOREIGN KEY (confirmed_by) REFERENCES app_user (id),
        CONSTRAINT decision_limit_two_ck CHECK (confirmed_by IS NULL OR (confirmed_by <> set_by AND effective_at IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX decision_limit_effective_ix ON decision_limit (role, currency, effective_at DESC, id DESC) WHERE effective_at IS NOT NULL');
    await runner.query(`
      CREATE FUNCTION decision_limit_by_two() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF TG_OP = 'UPDATE' AND (OLD.effective_at IS NOT NULL OR NEW.confirmed_by IS NULL)
          OR TG_OP = 'INSERT' AND NEW.effective_at IS NOT NULL AND holds_in_profile('strict') THEN
          RAISE EXCEPTION 'a limit is confirmed once, by another person' USING ERRCODE = 'P0001', CONSTRAINT = 'decision_limit_by_two_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER decision_limit_by_two_tg BEFORE INSERT OR UPDATE ON decision_limit FOR EACH ROW EXECUTE FUNCTION decision_limit_by_two()');
    await runner.query('ALTER TABLE decision_limit ENABLE ALWAYS TRIGGER decision_limit_by_two_tg');
    await runner.query('CREATE TRIGGER decision_limit_append_only_tg BEFORE DELETE ON decision_limit FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE decision_limit ENABLE ALWAYS TRIGGER decision_limit_append_only_tg');
    await runner.query('GRANT SELECT, INSERT, UPDATE (confirmed_by, effective_at) ON decision_limit TO makegood_app');
  }

  private async approvals(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_approval (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        recommendation_n int NOT NULL,
        assessment_id uuid NOT NULL,
        amount_minor bigint NOT NULL,
        currency char(3) NOT NULL,
        user_id uuid NOT NULL,
        note_digest char(64),
        at timestamptz(3) NOT NULL,
        CONSTRAINT claim_approval_pk PRIMARY KEY (id),
        CONSTRAINT claim_approval_once_uq UNIQUE (claim_id, recommendation_n, user_id),
        CONSTRAINT claim_approval_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT claim_approval_assessment_fk FOREIGN KEY (assessment_id) REFERENCES assessment (id),
        CONSTRAINT claim_approval_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT claim_approval_amount_ck CHECK (amount_minor > 0)
      )`);
    await runner.query('CREATE TRIGGER claim_approval_append_only_tg BEFORE UPDATE OR DELETE ON claim_approval FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE claim_approval ENABLE ALWAYS TRIGGER claim_approval_append_only_tg');
    await runner.query(`
      CREATE FUNCTION hold_duty_of_approval() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES (NEW.claim_id, 'decider', NEW.user_id, NEW.at) ON CONFLICT DO NOTHING;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER claim_approval_duty_tg BEFORE INSERT ON claim_approval FOR EACH ROW EXECUTE FUNCTION hold_duty_of_approval()');
    await runner.query('ALTER TABLE claim_approval ENABLE ALWAYS TRIGGER claim_approval_duty_tg');
    await runner.query('GRANT SELECT, INSERT ON claim_approval TO makegood_app');
  }

  /** Of several roles the widest counts. Somebody without a deciding role decides on nothing alone. */
  private async enforcement(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION decides_alone_up_to(person uuid, paid_in char(3)) RETURNS TABLE (any_amount boolean, up_to_minor bigint) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT coalesce(bool_or(l.up_to_minor IS NULL), false), coalesce(max(l.up_to_minor), 0)
        FROM user_role r LEFT JOIN LATERAL (
          SELECT d.up_to_minor FROM decision_limit d WHERE d.role = r.role AND d.currency = paid_in AND d.effective_at IS NOT NULL ORDER BY d.effective_at DESC, d.id DESC LIMIT 1
        ) l ON true
        WHERE r.user_id = person AND r.role IN (${ROLES})
      $$`);
    await runner.query(`
      CREATE FUNCTION determination_within_limit() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM claim c WHERE c.id = NEW.claim_id AND c.state = 'recommended')
          AND EXISTS (SELECT FROM decides_alone_up_to(NEW.user_id, NEW.currency) a WHERE NOT a.any_amount AND a.up_to_minor < NEW.amount_minor)
          AND NOT EXISTS (
            SELECT FROM claim_approval a WHERE a.claim_id = NEW.claim_id AND a.user_id <> NEW.user_id AND a.assessment_id = NEW.assessment_id AND a.amount_minor = NEW.amount_minor
              AND a.recommendation_n = (SELECT max(d.n) FROM determination d WHERE d.claim_id = NEW.claim_id AND d.stage = 'recommendation'))
        THEN
          RAISE EXCEPTION 'above the limit, and approved by nobody else' USING ERRCODE = 'P0001', CONSTRAINT = 'determination_limit_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER determination_limit_tg BEFORE INSERT ON determination FOR EACH ROW
      WHEN (NEW.stage = 'decision' AND NEW.outcome = 'award' AND NEW.user_id IS NOT NULL) EXECUTE FUNCTION determination_within_limit()`);
    await runner.query('ALTER TABLE determination ENABLE ALWAYS TRIGGER determination_limit_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER determination_limit_tg ON determination; DROP FUNCTION determination_within_limit(); DROP FUNCTION decides_alone_up_to(uuid, char);
      DROP TABLE claim_approval; DROP FUNCTION hold_duty_of_approval(); DROP TABLE decision_limit; DROP FUNCTION decision_limit_by_two()`);
  }
}
