import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The history of payment lines is written row by row. As one statement it joined the lines before with the lines after; the plan of that join is
 * kept for as long as a connection, and made by an update of nothing it compared every line with every other: a batch of 20,000 took 65 seconds to open.
 */
export class LineMovesByRow2026112910000 implements MigrationInterface {
  name = 'LineMovesByRow2026112910000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER payment_line_moved_tg ON payment_line; DROP FUNCTION note_lines_moved()');
    await runner.query(`
      CREATE FUNCTION note_line_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO payment_line_move (line_id, n, from_state, to_state, batch_id, reason, moved_by, at)
        VALUES (NEW.id, NEW.version, OLD.state, NEW.state, coalesce(NEW.batch_id, OLD.batch_id), NEW.reason, NEW.moved_by, NEW.moved_at);
        RETURN NULL;
      END $$`);
    await runner.query('CREATE TRIGGER payment_line_moved_tg AFTER UPDATE ON payment_line FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_line_moved()');
    await runner.query('ALTER TABLE payment_line ENABLE ALWAYS TRIGGER payment_line_moved_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER payment_line_moved_tg ON payment_line; DROP FUNCTION note_line_moved()');
    await runner.query(`
      CREATE FUNCTION note_lines_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO payment_line_move (line_id, n, from_state, to_state, batch_id, reason, moved_by, at)
        SELECT a.id, a.version, b.state, a.state, coalesce(a.batch_id, b.batch_id), a.reason, a.moved_by, a.moved_at FROM after_move a JOIN before_move b ON b.id = a.id WHERE a.state <> b.state;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER payment_line_moved_tg AFTER UPDATE ON payment_line REFERENCING OLD TABLE AS before_move NEW TABLE AS after_move FOR EACH STATEMENT EXECUTE FUNCTION note_lines_moved()`);
    await runner.query('ALTER TABLE payment_line ENABLE ALWAYS TRIGGER payment_line_moved_tg');
  }
}
