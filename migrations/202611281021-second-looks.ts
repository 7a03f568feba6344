import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DUTY_TABLE } from '../src/modules/identity/duties.rules.js';
import { TASK_KINDS } from '../src/modules/tasks/tasks.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** What another person found when they looked at the decision of a sampled claim, once a decision. */
export class SecondLooks2026112810210 implements MigrationInterface {
  name = 'SecondLooks2026112810210';

  async up(runner: QueryRunner): Promise<void> {
    for (const { pair: [duty, excludes], from } of DUTY_TABLE.filter(({ pair }) => pair.includes('second_reader'))) {
      await runner.query('INSERT INTO duty_conflict (duty, excludes, since) VALUES ($1, $2, $3), ($2, $1, $3) ON CONFLICT DO NOTHING', [duty, excludes, from]);
    }
    await runner.query(`
      CREATE TABLE second_look (
        determination_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        verdict text NOT NULL,
        reason_digest char(64) NOT NULL,
        user_id uuid NOT NULL,
        at timestamptz(3) NOT NULL,
        CONSTRAINT second_look_pk PRIMARY KEY (determination_id),
        CONSTRAINT second_look_determination_fk FOREIGN KEY (determination_id) REFERENCES determination (id),
        CONSTRAINT second_look_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT second_look_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT second_look_verdict_ck CHECK (verdict IN ('agree', 'disagree'))
      )`);
    await runner.query('CREATE INDEX second_look_claim_ix ON second_look (claim_id)');
    await runner.query('CREATE TRIGGER second_look_append_only_tg BEFORE UPDATE OR DELETE ON second_look FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE second_look ENABLE ALWAYS TRIGGER second_look_append_only_tg');
    // Whoever writes the row holds the duty from then on, and is refused where theirs excludes it.
    await runner.query(`
      CREATE FUNCTION hold_duty_of_second_look() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM determination d WHERE d.id = NEW.determination_id AND d.claim_id = NEW.claim_id AND d.stage = 'decision') THEN
          RAISE EXCEPTION 'a second look is at the decision of its claim' USING ERRCODE = 'P0001', CONSTRAINT = 'second_look_decision_ck';
        END IF;
        INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES (NEW.claim_id, 'second_reader', NEW.user_id, NEW.at) ON CONFLICT DO NOTHING;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER second_look_duty_tg BEFORE INSERT ON second_look FOR EACH ROW EXECUTE FUNCTION hold_duty_of_second_look()');
    await runner.query('ALTER TABLE second_look ENABLE ALWAYS TRIGGER second_look_duty_tg');
    await runner.query('GRANT SELECT, INSERT ON second_look TO makegood_app');
    await this.tasks(runner, TASK_KINDS);
  }

  private async tasks(runner: QueryRunner, kinds: readonly string[]): Promise<void> {
    await runner.query('ALTER TABLE task DROP CONSTRAINT task_kind_ck');
    await runner.query(`ALTER TABLE task ADD CONSTRAINT task_kind_ck CHECK (kind IN (${list(kinds)}))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.tasks(runner, TASK_KINDS.filter((kind) => kind !== 'sample_disagreement'));
    await runner.query('DROP TABLE second_look; DROP FUNCTION hold_duty_of_second_look()');
    await runner.query(`DELETE FROM duty_conflict WHERE 'second_reader' IN (duty, excludes)`);
  }
}
