import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Paid above what is granted by now: what has to come back, and what has. */
export class Overpayments2026112821120 implements MigrationInterface {
  name = 'Overpayments2026112821120';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE overpayment (
        id uuid NOT NULL DEFAULT uuidv7(),
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        entitlement_no int NOT NULL,
        currency char(3) NOT NULL,
        opened_minor bigint NOT NULL,
        opened_at timestamptz(3) NOT NULL,
        offset_agreed_by uuid,
        offset_agreed_at timestamptz(3),
        closed_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT overpayment_pk PRIMARY KEY (id),
        CONSTRAINT overpayment_currency_uq UNIQUE (id, currency),
        CONSTRAINT overpayment_once_uq UNIQUE (claim_id, entitlement_no),
        CONSTRAINT overpayment_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT overpayment_entitlement_fk FOREIGN KEY (claim_id, entitlement_no) REFERENCES entitlement (claim_id, n),
        CONSTRAINT overpayment_fund_fk FOREIGN KEY (fund_id, currency) REFERENCES fund (id, currency),
        CONSTRAINT overpayment_amount_ck CHECK (opened_minor BETWEEN 1 AND 1000000000000000),
        CONSTRAINT overpayment_consent_ck CHECK ((offset_agreed_by IS NULL) = (offset_agreed_at IS NULL))
      )`);
    await runner.query('CREATE INDEX overpayment_merchant_ix ON overpayment (merchant_id) WHERE closed_at IS NULL');
    await runner.query('CREATE TRIGGER overpayment_version_tg BEFORE UPDATE ON overpayment FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await this.entries(runner);
    await runner.query('GRANT SELECT, INSERT, UPDATE (offset_agreed_by, offset_agreed_at, closed_at, version) ON overpayment TO makegood_app');
    await runner.query(`
      CREATE FUNCTION overpayment_left(of_overpayment uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT o.opened_minor - coalesce((SELECT sum(CASE e.kind WHEN 'offset_undone' THEN -e.amount_minor ELSE e.amount_minor END)
          FROM overpayment_entry e WHERE e.overpayment_id = o.id), 0)::bigint FROM overpayment o WHERE o.id = of_overpayment
      $$`);
    await runner.query(`
      CREATE FUNCTION overpayment_not_below_nought() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM FROM overpayment WHERE id = NEW.overpayment_id FOR UPDATE;
        IF overpayment_left(NEW.overpayment_id) < 0 THEN
          RAISE EXCEPTION 'more came back than was paid too much' USING ERRCODE = 'P0001', CONSTRAINT = 'overpayment_left_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query('CREATE TRIGGER overpayment_left_tg AFTER INSERT ON overpayment_entry FOR EACH ROW EXECUTE FUNCTION overpayment_not_below_nought()');
    await runner.query('ALTER TABLE overpayment_entry ENABLE ALWAYS TRIGGER overpayment_left_tg');
  }

  private async entries(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE overpayment_entry (
        id uuid NOT NULL DEFAULT uuidv7(),
        overpayment_id uuid NOT NULL,
        currency char(3) NOT NULL,
        kind text NOT NULL,
        amount_minor bigint NOT NULL,
        line_id uuid,
        proposed_by uuid,
        decided_by uuid,
        note_digest char(64),
        at timestamptz(3) NOT NULL,
        CONSTRAINT overpayment_entry_pk PRIMARY KEY (id),
        CONSTRAINT overpayment_entry_of_fk FOREIGN KEY (overpayment_id, currency) REFERENCES overpayment (id, currency),
        CONSTRAINT overpayment_entry_line_fk FOREIGN KEY (line_id) REFERENCES payment_line (id),
        CONSTRAINT overpayment_entry_kind_ck CHECK (kind IN ('repaid', 'offset', 'offset_undone', 'written_off')),
        CONSTRAINT overpayment_entry_amount_ck CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
        CONSTRAINT overpayment_entry_line_ck CHECK ((kind IN ('offset', 'offset_undone')) = (line_id IS NOT NULL)),
        CONSTRAINT overpayment_entry_two_ck CHECK (kind <> 'written_off' OR (proposed_by IS NOT NULL AND decided_by IS NOT NULL AND proposed_by <> decided_by))
      )`);
    await runner.query('CREATE INDEX overpayment_entry_of_ix ON overpayment_entry (overpayment_id)');
    await runner.query('CREATE UNIQUE INDEX overpayment_entry_line_uq ON overpayment_entry (overpayment_id, line_id, kind) WHERE line_id IS NOT NULL');
    await runner.query('CREATE TRIGGER overpayment_entry_append_only_tg BEFORE UPDATE OR DELETE ON overpayment_entry FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE overpayment_entry ENABLE ALWAYS TRIGGER overpayment_entry_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON overpayment_entry TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE overpayment_entry, overpayment; DROP FUNCTION overpayment_not_below_nought(), overpayment_left(uuid)');
  }
}
