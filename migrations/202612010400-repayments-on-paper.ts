import type { MigrationInterface, QueryRunner } from 'typeorm';

const AMOUNT = 'BETWEEN 1 AND 1000000000000000';
const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
const KINDS = ['repaid', 'offset', 'offset_undone', 'written_off', 'annulled'];

/**
 * What a person says came back, without a booking of the bank, is proposed by one and confirmed by another, and waits for that booking in suspense. It stood on
 * `bank` before, where the bank's own word made it count twice; what was recorded so is moved to suspense, since nobody knows whether the bank has told of it.
 */
export class RepaymentsOnPaper2026120104000 implements MigrationInterface {
  name = 'RepaymentsOnPaper2026120104000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE overpayment ADD COLUMN repayment_minor bigint, ADD COLUMN repayment_account_id uuid, ADD COLUMN repayment_digest char(64), ADD COLUMN repayment_by uuid, ADD COLUMN repayment_at timestamptz(3), ADD COLUMN repayment_overtaken boolean NOT NULL DEFAULT false,
        ADD CONSTRAINT overpayment_repayment_account_fk FOREIGN KEY (repayment_account_id) REFERENCES paying_account (id),
        ADD CONSTRAINT overpayment_repayment_by_fk FOREIGN KEY (repayment_by) REFERENCES app_user (id),
        ADD CONSTRAINT overpayment_repayment_ck CHECK (num_nonnulls(repayment_minor, repayment_account_id, repayment_digest, repayment_by, repayment_at) IN (0, 5)
          AND (repayment_minor IS NULL OR repayment_minor ${AMOUNT}) AND (repayment_minor IS NOT NULL OR NOT repayment_overtaken))`);
    await runner.query('GRANT UPDATE (repayment_minor, repayment_account_id, repayment_digest, repayment_by, repayment_at, repayment_overtaken) ON overpayment TO makegood_app');
    await runner.query(`
      ALTER TABLE overpayment_entry ADD COLUMN awaits_booking boolean NOT NULL DEFAULT false,
        DROP CONSTRAINT overpayment_entry_kind_ck, ADD CONSTRAINT overpayment_entry_kind_ck CHECK (kind IN (${list([...KINDS, 'booked'])})),
        DROP CONSTRAINT overpayment_entry_break_ck, ADD CONSTRAINT overpayment_entry_break_ck CHECK (break_id IS NULL AND kind <> 'booked' OR break_id IS NOT NULL AND kind IN ('repaid', 'booked')),
        ADD CONSTRAINT overpayment_entry_awaits_ck CHECK (NOT awaits_booking OR (kind = 'repaid' AND break_id IS NULL));
      DROP INDEX overpayment_entry_break_uq;
      CREATE UNIQUE INDEX overpayment_entry_break_uq ON overpayment_entry (break_id, overpayment_id, kind) WHERE break_id IS NOT NULL;
      CREATE INDEX overpayment_entry_awaits_ix ON overpayment_entry (overpayment_id) WHERE awaits_booking`);
    await this.#sums(runner);
    await this.#secondPerson(runner);
    await this.#toSuspense(runner);
  }

  /** What is booked later was repaid already: it lowers what the bank has to tell of, and not what is owed. */
  async #sums(runner: QueryRunner): Promise<void> {
    await runner.query(leftWithout(`WHEN 'booked' THEN 0`));
    await runner.query(`
      CREATE FUNCTION overpayment_unbooked(of_overpayment uuid, of_account uuid DEFAULT NULL) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT coalesce(sum(CASE e.kind WHEN 'booked' THEN -e.amount_minor ELSE e.amount_minor END), 0)::bigint
        FROM overpayment_entry e LEFT JOIN reconciliation_break k ON k.id = e.break_id
        WHERE e.overpayment_id = of_overpayment AND (e.awaits_booking OR e.kind = 'booked') AND (of_account IS NULL OR coalesce(e.paying_account_id, k.paying_account_id) = of_account)
      $$`);
    await runner.query(`
      CREATE FUNCTION overpayment_booked_within() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM FROM overpayment WHERE id = NEW.overpayment_id FOR UPDATE;
        IF overpayment_unbooked(NEW.overpayment_id, (SELECT paying_account_id FROM reconciliation_break WHERE id = NEW.break_id)) < 0 THEN
          RAISE EXCEPTION 'more was booked than people had said came back' USING ERRCODE = 'P0001', CONSTRAINT = 'overpayment_booked_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`CREATE TRIGGER overpayment_booked_tg AFTER INSERT ON overpayment_entry FOR EACH ROW WHEN (NEW.kind = 'booked') EXECUTE FUNCTION overpayment_booked_within()`);
    await runner.query('ALTER TABLE overpayment_entry ENABLE ALWAYS TRIGGER overpayment_booked_tg');
  }

  async #secondPerson(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION overpayment_repaid_by_two() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.decided_by IS NULL OR NEW.decided_by = NEW.proposed_by OR NOT EXISTS (SELECT FROM overpayment o WHERE o.id = NEW.overpayment_id AND o.repayment_by = NEW.proposed_by
            AND o.repayment_minor = NEW.amount_minor AND o.repayment_account_id = NEW.paying_account_id) THEN
          RAISE EXCEPTION 'two people say what no bank has told of' USING ERRCODE = 'P0001', CONSTRAINT = 'overpayment_repaid_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER overpayment_entry_repaid_tg BEFORE INSERT ON overpayment_entry FOR EACH ROW WHEN (NEW.kind = 'repaid' AND NEW.break_id IS NULL) EXECUTE FUNCTION overpayment_repaid_by_two()`);
    await runner.query('ALTER TABLE overpayment_entry ENABLE ALWAYS TRIGGER overpayment_entry_repaid_tg');
  }

  /** Bills and benefits have no bank that could tell of it: what was recorded of them stays. */
  async #toSuspense(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE overpayment_entry DISABLE TRIGGER overpayment_entry_append_only_tg;
      UPDATE overpayment_entry e SET awaits_booking = true FROM overpayment o JOIN fund f ON f.id = o.fund_id
      WHERE o.id = e.overpayment_id AND e.kind = 'repaid' AND e.break_id IS NULL AND f.method = 'bank';
      ALTER TABLE overpayment_entry ENABLE ALWAYS TRIGGER overpayment_entry_append_only_tg;
      DO $$
      DECLARE said record; entry uuid;
      BEGIN
        FOR said IN SELECT * FROM overpayment_entry WHERE awaits_booking ORDER BY id LOOP
          INSERT INTO ledger_entry (paying_account_id, kind, at, reference) VALUES (said.paying_account_id, 'recovery_repaid', now(), said.overpayment_id::text) RETURNING id INTO entry;
          INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency)
          SELECT entry, a.id, CASE a.name WHEN 'bank' THEN -said.amount_minor ELSE said.amount_minor END, a.currency FROM ledger_account a
          WHERE a.paying_account_id = said.paying_account_id AND a.name IN ('bank', 'suspense');
        END LOOP;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER overpayment_entry_repaid_tg ON overpayment_entry; DROP TRIGGER overpayment_booked_tg ON overpayment_entry;
      DROP FUNCTION overpayment_repaid_by_two(), overpayment_booked_within(), overpayment_unbooked(uuid, uuid)`);
    await runner.query(leftWithout(''));
    await runner.query(`
      DROP INDEX overpayment_entry_break_uq;
      CREATE UNIQUE INDEX overpayment_entry_break_uq ON overpayment_entry (break_id, overpayment_id) WHERE break_id IS NOT NULL;
      ALTER TABLE overpayment_entry DROP COLUMN awaits_booking, DROP CONSTRAINT overpayment_entry_kind_ck, ADD CONSTRAINT overpayment_entry_kind_ck CHECK (kind IN (${list(KINDS)})),
        DROP CONSTRAINT overpayment_entry_break_ck, ADD CONSTRAINT overpayment_entry_break_ck CHECK (break_id IS NULL OR kind = 'repaid');
      ALTER TABLE overpayment DROP COLUMN repayment_minor, DROP COLUMN repayment_account_id, DROP COLUMN repayment_digest, DROP COLUMN repayment_by, DROP COLUMN repayment_at, DROP COLUMN repayment_overtaken`);
  }
}

const leftWithout = (kinds: string): string => `
  CREATE OR REPLACE FUNCTION overpayment_left(of_overpayment uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT o.opened_minor - coalesce((SELECT sum(CASE e.kind WHEN 'offset_undone' THEN -e.amount_minor ${kinds} ELSE e.amount_minor END)
      FROM overpayment_entry e WHERE e.overpayment_id = o.id), 0)::bigint FROM overpayment o WHERE o.id = of_overpayment
  $$`;
