import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A determination names who made it: that person holds the duty from then on, whoever wrote the row, and is held to the table of conflicts. */
export class DeterminationDuties2026112612000 implements MigrationInterface {
  name = 'DeterminationDuties2026112612000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION hold_duty_of_determination() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO duty_held (subject_id, duty, user_id, held_at)
        VALUES (NEW.claim_id, CASE NEW.stage WHEN 'recommendation' THEN 'recommender' WHEN 'decision' THEN 'decider' ELSE 'reconsiderer' END, NEW.user_id, NEW.at)
        ON CONFLICT DO NOTHING;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER determination_duty_tg BEFORE INSERT ON determination FOR EACH ROW
      WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION hold_duty_of_determination()`);
    await runner.query('ALTER TABLE determination ENABLE ALWAYS TRIGGER determination_duty_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER determination_duty_tg ON determination; DROP FUNCTION hold_duty_of_determination()');
  }
}
