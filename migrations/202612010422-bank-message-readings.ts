import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A file of a bank may be read again, for its bytes stay and the profile that says how to read them may have been wrong. Each reading is kept with what came
 * of it; a message that was read goes back to being read by an open reading alone.
 */
export class BankMessageReadings2026120104220 implements MigrationInterface {
  name = 'BankMessageReadings2026120104220';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bank_message_reading (
        message_id uuid NOT NULL,
        n int NOT NULL,
        asked_by uuid NOT NULL,
        asked_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        outcome text,
        item_count int NOT NULL DEFAULT 0,
        moved_count int NOT NULL DEFAULT 0,
        break_count int NOT NULL DEFAULT 0,
        fault_count int NOT NULL DEFAULT 0,
        stayed_count int NOT NULL DEFAULT 0,
        refusal jsonb,
        CONSTRAINT bank_message_reading_pk PRIMARY KEY (message_id, n),
        CONSTRAINT bank_message_reading_message_fk FOREIGN KEY (message_id) REFERENCES bank_message (id),
        CONSTRAINT bank_message_reading_person_fk FOREIGN KEY (asked_by) REFERENCES app_user (id),
        CONSTRAINT bank_message_reading_n_ck CHECK (n > 0),
        CONSTRAINT bank_message_reading_outcome_ck CHECK (outcome IN ('applied', 'refused') AND (outcome IS NULL) = (ended_at IS NULL) AND (outcome IS NOT DISTINCT FROM 'refused') = (refusal IS NOT NULL))
      )`);
    await runner.query('CREATE UNIQUE INDEX bank_message_reading_open_uq ON bank_message_reading (message_id) WHERE ended_at IS NULL');
    await runner.query(`
      INSERT INTO bank_message_reading (message_id, n, asked_by, asked_at, ended_at, outcome, item_count, moved_count, break_count, fault_count, refusal)
      SELECT id, 1, received_by, received_at, ended_at, CASE state WHEN 'applied' THEN 'applied' WHEN 'quarantined' THEN 'refused' END, item_count, moved_count, break_count, fault_count, refusal FROM bank_message`);
    await runner.query(`
      CREATE FUNCTION bank_message_reading_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a reading that has ended stays as it is' USING ERRCODE = 'P0001', CONSTRAINT = 'bank_message_reading_stays_ck';
      END $$`);
    await runner.query('CREATE TRIGGER bank_message_reading_stays_tg BEFORE UPDATE ON bank_message_reading FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION bank_message_reading_stays()');
    await runner.query('CREATE TRIGGER bank_message_reading_kept_tg BEFORE DELETE ON bank_message_reading FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    for (const trigger of ['bank_message_reading_stays_tg', 'bank_message_reading_kept_tg']) await runner.query(`ALTER TABLE bank_message_reading ENABLE ALWAYS TRIGGER ${trigger}`);
    await runner.query('GRANT SELECT, INSERT, UPDATE (ended_at, outcome, item_count, moved_count, break_count, fault_count, stayed_count, refusal) ON bank_message_reading TO makegood_app');
    await runner.query(stays(`
        IF NEW.state = 'received' AND (NEW.item_count, NEW.moved_count, NEW.break_count, NEW.fault_count) = (OLD.item_count, OLD.moved_count, OLD.break_count, OLD.fault_count)
          AND EXISTS (SELECT FROM bank_message_reading r WHERE r.message_id = NEW.id AND r.ended_at IS NULL) THEN
          RETURN NEW;
        END IF;`));
    // Once something of it counts it is not set aside any more.
    await runner.query(`
      CREATE FUNCTION bank_message_counts() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM bank_message_reading r WHERE r.message_id = NEW.id AND r.outcome = 'applied') THEN
          RAISE EXCEPTION 'a message of which something counts is not set aside' USING ERRCODE = 'P0001', CONSTRAINT = 'bank_message_counts_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`CREATE TRIGGER bank_message_counts_tg BEFORE UPDATE ON bank_message FOR EACH ROW WHEN (NEW.state = 'quarantined') EXECUTE FUNCTION bank_message_counts()`);
    await runner.query('ALTER TABLE bank_message ENABLE ALWAYS TRIGGER bank_message_counts_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(stays(''));
    await runner.query('DROP TRIGGER bank_message_counts_tg ON bank_message; DROP FUNCTION bank_message_counts(); DROP TABLE bank_message_reading; DROP FUNCTION bank_message_reading_stays()');
  }
}

const stays = (unless: string): string => `
      CREATE OR REPLACE FUNCTION bank_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN${unless}
        RAISE EXCEPTION 'a bank message that was applied or quarantined stays as it is' USING ERRCODE = 'P0001', CONSTRAINT = 'bank_message_stays_ck';
      END $$`;
