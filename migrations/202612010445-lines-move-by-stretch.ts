import type { MigrationInterface, QueryRunner } from 'typeorm';

const HISTORY = `
  INSERT INTO payment_line_move (line_id, n, from_state, to_state, batch_id, reason, moved_by, at)
  SELECT a.id, a.version, b.state, a.state, coalesce(a.batch_id, b.batch_id), a.reason, a.moved_by, a.moved_at FROM after_move a JOIN before_move b ON b.id = a.id WHERE a.state <> b.state`;

/**
 * The history of lines that move together is written in one statement, which is planned each time for as many as there are: kept, a plan that was made for none compares every line with every
 * other. Whether a move is allowed is asked of lines that move, not of those whose payee is written down. Room on each page lets that happen without touching an index.
 */
export class LinesMoveByStretch2026120104450 implements MigrationInterface {
  name = 'LinesMoveByStretch2026120104450';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER payment_line_moved_tg ON payment_line; DROP FUNCTION note_line_moved()');
    await runner.query(`
      CREATE FUNCTION note_lines_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        EXECUTE '${HISTORY.replaceAll("'", "''")}';
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER payment_line_moved_tg AFTER UPDATE ON payment_line REFERENCING OLD TABLE AS before_move NEW TABLE AS after_move FOR EACH STATEMENT EXECUTE FUNCTION note_lines_moved();
      ALTER TABLE payment_line ENABLE ALWAYS TRIGGER payment_line_moved_tg`);
    await this.asked(runner, ['BEFORE INSERT', 'BEFORE UPDATE'], ['', 'WHEN (OLD.state <> NEW.state)']);
    await runner.query('ALTER TABLE payment_line SET (fillfactor = 50)');
  }

  private async asked(runner: QueryRunner, when: readonly string[], which: readonly string[]): Promise<void> {
    await runner.query('DROP TRIGGER payment_line_transition_tg ON payment_line; DROP TRIGGER IF EXISTS payment_line_transition_new_tg ON payment_line');
    for (const [n, name] of ['payment_line_transition_new_tg', 'payment_line_transition_tg'].slice(-when.length).entries()) {
      await runner.query(`CREATE TRIGGER ${name} ${when[n]} ON payment_line FOR EACH ROW ${which[n]} EXECUTE FUNCTION check_payment_line_transition()`);
      await runner.query(`ALTER TABLE payment_line ENABLE ALWAYS TRIGGER ${name}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payment_line RESET (fillfactor)');
    await this.asked(runner, ['BEFORE INSERT OR UPDATE'], ['']);
    await runner.query('DROP TRIGGER payment_line_moved_tg ON payment_line; DROP FUNCTION note_lines_moved()');
    await runner.query(`
      CREATE FUNCTION note_line_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO payment_line_move (line_id, n, from_state, to_state, batch_id, reason, moved_by, at)
        VALUES (NEW.id, NEW.version, OLD.state, NEW.state, coalesce(NEW.batch_id, OLD.batch_id), NEW.reason, NEW.moved_by, NEW.moved_at);
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER payment_line_moved_tg AFTER UPDATE ON payment_line FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_line_moved();
      ALTER TABLE payment_line ENABLE ALWAYS TRIGGER payment_line_moved_tg`);
  }
}
