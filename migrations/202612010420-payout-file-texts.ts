import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Texts that a file holds otherwise than they were typed, for good and all of them: n counts from 1 to what the file says there are, and none joins it
 * later. Files of before do not know theirs (null). As what a line was paid to, both may be erased once the payment is past; that there was a change, and why, stays.
 */
export class PayoutFileTexts2026120104200 implements MigrationInterface {
  name = 'PayoutFileTexts2026120104200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payout_file ADD COLUMN text_count int, ADD CONSTRAINT payout_file_texts_ck CHECK (text_count >= 0)');
    await runner.query(`
      CREATE TABLE payout_file_text (
        batch_id uuid NOT NULL,
        n int NOT NULL,
        line int NOT NULL,
        end_to_end_id text,
        field text NOT NULL,
        typed text,
        sent text,
        why text NOT NULL,
        CONSTRAINT payout_file_text_pk PRIMARY KEY (batch_id, n),
        CONSTRAINT payout_file_text_file_fk FOREIGN KEY (batch_id) REFERENCES payout_file (batch_id),
        CONSTRAINT payout_file_text_n_ck CHECK (n > 0 AND line >= 0 AND (line = 0) = (end_to_end_id IS NULL)),
        CONSTRAINT payout_file_text_why_ck CHECK (why IN ('characters', 'cut', 'formula') AND typed <> sent AND (typed IS NULL) = (sent IS NULL))
      )`);
    await runner.query('CREATE TRIGGER payout_file_text_append_only_tg BEFORE DELETE ON payout_file_text FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query(`
      CREATE FUNCTION payout_file_text_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF (NEW.batch_id, NEW.n, NEW.line, NEW.field, NEW.why) IS DISTINCT FROM (OLD.batch_id, OLD.n, OLD.line, OLD.field, OLD.why) OR NEW.end_to_end_id IS DISTINCT FROM OLD.end_to_end_id
          OR NEW.typed IS NOT NULL OR NOT EXISTS (SELECT FROM payment_line l WHERE l.end_to_end_id = OLD.end_to_end_id AND l.state IN ('settled', 'rejected', 'returned', 'written_off')) THEN
          RAISE EXCEPTION 'payout_file_text is append-only' USING ERRCODE = 'P0001', CONSTRAINT = 'payout_file_text_append_only_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER payout_file_text_stays_tg BEFORE UPDATE ON payout_file_text FOR EACH ROW EXECUTE FUNCTION payout_file_text_stays()');
    await runner.query(`
      CREATE FUNCTION payout_file_texts_within() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM texts t JOIN payout_file f ON f.batch_id = t.batch_id WHERE f.text_count IS NULL OR t.n > f.text_count) THEN
          RAISE EXCEPTION 'a file has no more changed texts than it was written with' USING ERRCODE = 'P0001', CONSTRAINT = 'payout_file_text_within_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query('CREATE TRIGGER payout_file_text_within_tg AFTER INSERT ON payout_file_text REFERENCING NEW TABLE AS texts FOR EACH STATEMENT EXECUTE FUNCTION payout_file_texts_within()');
    await runner.query(`
      CREATE FUNCTION payout_file_texts_whole() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.text_count <> (SELECT count(*) FROM payout_file_text t WHERE t.batch_id = NEW.batch_id) THEN
          RAISE EXCEPTION 'a file is kept with every text that it changed' USING ERRCODE = 'P0001', CONSTRAINT = 'payout_file_texts_whole_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query('CREATE CONSTRAINT TRIGGER payout_file_texts_whole_tg AFTER INSERT ON payout_file DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payout_file_texts_whole()');
    for (const trigger of ['payout_file_text_append_only_tg', 'payout_file_text_stays_tg', 'payout_file_text_within_tg']) await runner.query(`ALTER TABLE payout_file_text ENABLE ALWAYS TRIGGER ${trigger}`);
    await runner.query('ALTER TABLE payout_file ENABLE ALWAYS TRIGGER payout_file_texts_whole_tg');
    await runner.query('GRANT SELECT, INSERT ON payout_file_text TO makegood_app; GRANT SELECT (batch_id, n, end_to_end_id), UPDATE (typed, sent) ON payout_file_text TO makegood_eraser');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payout_file_text; DROP TRIGGER payout_file_texts_whole_tg ON payout_file');
    await runner.query('DROP FUNCTION payout_file_texts_within(), payout_file_texts_whole(), payout_file_text_stays(); ALTER TABLE payout_file DROP COLUMN text_count');
  }
}
