import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is granted beside money: rows of lists that go to whoever hands it over, and what came of each. */
export class Benefits2026112903100 implements MigrationInterface {
  name = 'Benefits2026112903100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE benefit_list (
        id uuid NOT NULL DEFAULT uuidv7(),
        number bigint GENERATED ALWAYS AS IDENTITY,
        scheme_id uuid NOT NULL,
        drawn_up_by uuid NOT NULL,
        drawn_up_at timestamptz(3) NOT NULL,
        CONSTRAINT benefit_list_pk PRIMARY KEY (id),
        CONSTRAINT benefit_list_number_uq UNIQUE (number),
        CONSTRAINT benefit_list_scheme_fk FOREIGN KEY (scheme_id) REFERENCES scheme (id),
        CONSTRAINT benefit_list_person_fk FOREIGN KEY (drawn_up_by) REFERENCES app_user (id)
      )`);
    await runner.query(`
      CREATE TABLE benefit (
        id uuid NOT NULL DEFAULT uuidv7(),
        list_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        assessment_id uuid NOT NULL,
        n int NOT NULL,
        reference text NOT NULL,
        kind text NOT NULL,
        unit text NOT NULL,
        quantity text NOT NULL,
        state text NOT NULL DEFAULT 'asked',
        reason text,
        said_on date,
        moved_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT benefit_pk PRIMARY KEY (id),
        CONSTRAINT benefit_n_uq UNIQUE (claim_id, n),
        CONSTRAINT benefit_reference_uq UNIQUE (reference),
        CONSTRAINT benefit_list_fk FOREIGN KEY (list_id) REFERENCES benefit_list (id),
        CONSTRAINT benefit_claim_fk FOREIGN KEY (claim_id) REFERENCES claim (id),
        CONSTRAINT benefit_state_ck CHECK (state IN ('asked', 'given', 'refused', 'withdrawn')),
        CONSTRAINT benefit_quantity_ck CHECK (quantity ~ '^[0-9]+(\\.[0-9]+|/[0-9]+)?$')
      )`);
    await runner.query(`CREATE UNIQUE INDEX benefit_counting_uq ON benefit (claim_id, assessment_id, kind, unit) WHERE state IN ('asked', 'given')`);
    await runner.query('CREATE INDEX benefit_list_ix ON benefit (list_id, reference)');
    await runner.query(`
      CREATE FUNCTION benefit_moves() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT ((OLD.state = 'asked' AND NEW.state IN ('given', 'refused')) OR (OLD.state = 'given' AND NEW.state = 'withdrawn')) THEN
          RAISE EXCEPTION 'a benefit that is % does not become %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'benefit_moves_ck';
        END IF;
        NEW.version := OLD.version + 1;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER benefit_moves_tg BEFORE UPDATE ON benefit FOR EACH ROW EXECUTE FUNCTION benefit_moves()');
    await runner.query('ALTER TABLE benefit ENABLE ALWAYS TRIGGER benefit_moves_tg');
    await runner.query('GRANT SELECT, INSERT ON benefit_list TO makegood_app');
    await runner.query('GRANT SELECT, INSERT, UPDATE (state, reason, said_on, moved_at) ON benefit TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE benefit, benefit_list; DROP FUNCTION benefit_moves()');
  }
}
