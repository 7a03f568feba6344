import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COUNTING_STATES } from '../src/modules/payouts/payment-line.machine.js';
import { TASK_KINDS } from '../src/modules/tasks/tasks.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
const COUNTING = list(COUNTING_STATES);

/** What becomes of payments that came back, of money that was paid too much, and who is told. */
export class PaymentRepairs2026112822100 implements MigrationInterface {
  name = 'PaymentRepairs2026112822100';

  async up(runner: QueryRunner): Promise<void> {
    await this.writeOffs(runner);
    await this.followUps(runner);
    await this.overpayments(runner);
    await runner.query(`
      CREATE TABLE remittance (
        line_id uuid NOT NULL,
        due_at timestamptz(3) NOT NULL,
        told_at timestamptz(3),
        CONSTRAINT remittance_pk PRIMARY KEY (line_id),
        CONSTRAINT remittance_line_fk FOREIGN KEY (line_id) REFERENCES payment_line (id)
      )`);
    await runner.query('CREATE INDEX remittance_due_ix ON remittance (line_id) WHERE told_at IS NULL');
    await runner.query('GRANT SELECT, INSERT, UPDATE (told_at) ON remittance TO makegood_app');
    await runner.query(`ALTER TABLE task DROP CONSTRAINT task_kind_ck, ADD CONSTRAINT task_kind_ck CHECK (kind IN (${list(TASK_KINDS)}))`);
  }

  /** Money that is given up, by two people: a payment that cannot be made, or what nobody will pay back. */
  private async writeOffs(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE write_off (
        id uuid NOT NULL DEFAULT uuidv7(),
        line_id uuid,
        overpayment_id uuid,
        n int NOT NULL,
        currency char(3) NOT NULL,
        amount_minor bigint NOT NULL,
        reason_digest char(64) NOT NULL,
        proposed_by uuid NOT NULL,
        proposed_at timestamptz(3) NOT NULL,
        outcome text,
        decided_by uuid,
        decided_at timestamptz(3),
        note_digest char(64),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT write_off_pk PRIMARY KEY (id),
        CONSTRAINT write_off_line_uq UNIQUE (line_id, n),
        CONSTRAINT write_off_overpayment_uq UNIQUE (overpayment_id, n),
        CONSTRAINT write_off_line_fk FOREIGN KEY (line_id) REFERENCES payment_line (id),
        CONSTRAINT write_off_overpayment_fk FOREIGN KEY (overpayment_id, currency) REFERENCES overpayment (id, currency),
        CONSTRAINT write_off_proposer_fk FOREIGN KEY (proposed_by) REFERENCES app_user (id),
        CONSTRAINT write_off_decider_fk FOREIGN KEY (decided_by) REFERENCES app_user (id),
        CONSTRAINT write_off_of_ck CHECK (num_nonnulls(line_id, overpayment_id) = 1),
        CONSTRAINT write_off_amount_ck CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
        CONSTRAINT write_off_decided_ck CHECK ((outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (note_digest IS NULL)
          AND (outcome IS NULL OR outcome IN ('written_off', 'dropped'))),
        CONSTRAINT write_off_second_ck CHECK (outcome IS DISTINCT FROM 'written_off' OR decided_by <> proposed_by)
      )`);
    await runner.query('CREATE UNIQUE INDEX write_off_open_line_uq ON write_off (line_id) WHERE outcome IS NULL AND line_id IS NOT NULL');
    await runner.query('CREATE UNIQUE INDEX write_off_open_overpayment_uq ON write_off (overpayment_id) WHERE outcome IS NULL AND overpayment_id IS NOT NULL');
    await runner.query('CREATE TRIGGER write_off_version_tg BEFORE UPDATE ON write_off FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE FUNCTION write_off_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'a write-off is decided once, and never deleted' USING ERRCODE = 'P0001', CONSTRAINT = 'write_off_stays_ck';
      END $$`);
    await runner.query('CREATE TRIGGER write_off_decided_tg BEFORE UPDATE ON write_off FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION write_off_stays()');
    await runner.query('CREATE TRIGGER write_off_deleted_tg BEFORE DELETE ON write_off FOR EACH ROW EXECUTE FUNCTION write_off_stays()');
    for (const trigger of ['write_off_decided_tg', 'write_off_deleted_tg']) await runner.query(`ALTER TABLE write_off ENABLE ALWAYS TRIGGER ${trigger}`);
    await runner.query('GRANT SELECT, INSERT, UPDATE (outcome, decided_by, decided_at, note_digest, version) ON write_off TO makegood_app');
    // Where what is owed to merchants is given up, it grows; where what they owe is, it falls.
    await runner.query(`
      ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_sign_ck,
        ADD CONSTRAINT ledger_account_sign_ck CHECK (balance_minor >= 0 OR name IN ('funding', 'recoverable', 'written_off', 'bank', 'capital', 'suspense'))`);
  }

  /** What came back is paid by one line that names it, or written off by two people, and never both. */
  private async followUps(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX payment_line_back_ix ON payment_line (fund_id, id) WHERE state IN ('rejected', 'returned')`);
    await runner.query(`
      CREATE FUNCTION payment_line_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM payment_line l WHERE l.id = NEW.replaces_id AND l.claim_id = NEW.claim_id AND l.entitlement_no = NEW.entitlement_no
            AND l.state IN ('rejected', 'returned') AND NEW.gross_minor <= l.gross_minor) THEN
          RAISE EXCEPTION 'only what came back is paid again' USING ERRCODE = 'P0001', CONSTRAINT = 'payment_line_follows_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER payment_line_follows_tg BEFORE INSERT ON payment_line FOR EACH ROW WHEN (NEW.replaces_id IS NOT NULL) EXECUTE FUNCTION payment_line_follows()`);
    await runner.query(`
      CREATE FUNCTION payment_line_written_off() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM write_off w WHERE w.line_id = NEW.id AND w.outcome = 'written_off') OR EXISTS (SELECT FROM payment_line r WHERE r.replaces_id = NEW.id) THEN
          RAISE EXCEPTION 'written off by two people, and not when it was paid again' USING ERRCODE = 'P0001', CONSTRAINT = 'payment_line_written_off_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER payment_line_written_off_tg BEFORE UPDATE OF state ON payment_line FOR EACH ROW WHEN (NEW.state = 'written_off' AND OLD.state <> 'written_off')
      EXECUTE FUNCTION payment_line_written_off()`);
    for (const trigger of ['payment_line_follows_tg', 'payment_line_written_off_tg']) await runner.query(`ALTER TABLE payment_line ENABLE ALWAYS TRIGGER ${trigger}`);
  }

  private async overpayments(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE overpayment_entry DROP CONSTRAINT overpayment_entry_kind_ck,
        ADD CONSTRAINT overpayment_entry_kind_ck CHECK (kind IN ('repaid', 'offset', 'offset_undone', 'written_off', 'annulled'))`);
    await runner.query(`
      CREATE FUNCTION overpayment_written_off() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM write_off w WHERE w.overpayment_id = NEW.overpayment_id AND w.outcome = 'written_off' AND w.amount_minor = NEW.amount_minor
            AND w.proposed_by = NEW.proposed_by AND w.decided_by = NEW.decided_by) THEN
          RAISE EXCEPTION 'given up by two people' USING ERRCODE = 'P0001', CONSTRAINT = 'overpayment_written_off_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER overpayment_entry_written_off_tg BEFORE INSERT ON overpayment_entry FOR EACH ROW WHEN (NEW.kind = 'written_off') EXECUTE FUNCTION overpayment_written_off()`);
    await runner.query('ALTER TABLE overpayment_entry ENABLE ALWAYS TRIGGER overpayment_entry_written_off_tg');
    // What was annulled is not owed after all: the money came back by itself, or was granted again.
    await runner.query(payable(`
      + coalesce((SELECT sum(o.opened_minor) FROM overpayment o WHERE o.claim_id = c.id), 0)
      - coalesce((SELECT sum(x.amount_minor) FROM overpayment o JOIN overpayment_entry x ON x.overpayment_id = o.id AND x.kind = 'annulled' WHERE o.claim_id = c.id), 0)`));
    // How much may still be set off against payments of a business from a fund, what is planned already left out; below nought when too much is.
    await runner.query(`
      CREATE FUNCTION offset_room(of_merchant uuid, of_fund uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT (coalesce((SELECT sum(overpayment_left(o.id)) FROM overpayment o
            WHERE o.merchant_id = of_merchant AND o.fund_id = of_fund AND o.closed_at IS NULL AND o.offset_agreed_at IS NOT NULL), 0)
          - coalesce((SELECT sum(l.offset_minor) FROM payment_line l WHERE l.merchant_id = of_merchant AND l.fund_id = of_fund AND l.state IN ('pending', 'included')), 0))::bigint
      $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE remittance; DROP FUNCTION offset_room(uuid, uuid)');
    await runner.query(payable('+ coalesce((SELECT sum(o.opened_minor) FROM overpayment o WHERE o.claim_id = c.id), 0)'));
    await runner.query(`
      DROP TRIGGER overpayment_entry_written_off_tg ON overpayment_entry; DROP TRIGGER payment_line_written_off_tg ON payment_line; DROP TRIGGER payment_line_follows_tg ON payment_line;
      DROP FUNCTION overpayment_written_off(), payment_line_written_off(), payment_line_follows(); DROP INDEX payment_line_back_ix`);
    await runner.query(`
      ALTER TABLE overpayment_entry DROP CONSTRAINT overpayment_entry_kind_ck,
        ADD CONSTRAINT overpayment_entry_kind_ck CHECK (kind IN ('repaid', 'offset', 'offset_undone', 'written_off'));
      ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_sign_ck,
        ADD CONSTRAINT ledger_account_sign_ck CHECK (balance_minor >= 0 OR name IN ('funding', 'recoverable', 'bank', 'capital', 'suspense'));
      DROP TABLE write_off; DROP FUNCTION write_off_stays()`);
  }
}

const payable = (overpaid: string): string => `
  CREATE OR REPLACE FUNCTION payable_minor(of_claim uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT (CASE c.state WHEN 'accepted' THEN coalesce((SELECT e.gross_minor FROM entitlement e WHERE e.claim_id = c.id ORDER BY e.n DESC LIMIT 1), 0) ELSE 0 END
      ${overpaid}
      - coalesce((SELECT sum(l.gross_minor) FROM payment_line l WHERE l.claim_id = c.id AND l.state IN (${COUNTING})), 0))::bigint
    FROM claim c WHERE c.id = of_claim
  $$`;
