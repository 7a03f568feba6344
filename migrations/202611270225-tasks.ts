import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TASK_KINDS } from '../src/modules/tasks/tasks.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** What somebody has to look at that no claim's own state asks for: each once, open until a person says what became of it. */
export class Tasks2026112702250 implements MigrationInterface {
  name = 'Tasks2026112702250';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE task (
        id uuid NOT NULL DEFAULT uuidv7(),
        kind text NOT NULL,
        subject_type text NOT NULL,
        subject_id uuid NOT NULL,
        cause_type text NOT NULL,
        cause_id uuid NOT NULL,
        reasons text[] NOT NULL,
        figures jsonb NOT NULL,
        created_at timestamptz(3) NOT NULL,
        state text NOT NULL DEFAULT 'open',
        done_by uuid,
        done_at timestamptz(3),
        note_digest char(64),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT task_pk PRIMARY KEY (id),
        CONSTRAINT task_once_uq UNIQUE (kind, subject_id, cause_id),
        CONSTRAINT task_kind_ck CHECK (kind IN (${list(TASK_KINDS)})),
        CONSTRAINT task_user_fk FOREIGN KEY (done_by) REFERENCES app_user (id),
        CONSTRAINT task_state_ck CHECK (state IN ('open', 'done')),
        CONSTRAINT task_done_ck CHECK ((state = 'done') = (done_by IS NOT NULL) AND (state = 'done') = (done_at IS NOT NULL) AND (state = 'done') = (note_digest IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX task_state_ix ON task (state, id)');
    await runner.query('CREATE INDEX task_subject_ix ON task (subject_id)');
    await runner.query(`
      CREATE FUNCTION task_stays_done() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'what was settled stays as it was' USING ERRCODE = 'P0001', CONSTRAINT = 'task_done_stays_ck';
      END $$`);
    await runner.query(`CREATE TRIGGER task_done_tg BEFORE UPDATE OR DELETE ON task FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION task_stays_done()`);
    await runner.query('ALTER TABLE task ENABLE ALWAYS TRIGGER task_done_tg');
    await runner.query('CREATE TRIGGER task_version_tg BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      GRANT SELECT, INSERT ON task TO makegood_app;
      GRANT UPDATE (state, done_by, done_at, note_digest, version) ON task TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE task; DROP FUNCTION task_stays_done()');
  }
}
