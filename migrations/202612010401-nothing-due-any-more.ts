import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A payment that came back, of which nothing is due since less is granted by now: nobody pays it again, gives it up or has to correct anything. Of earlier ones those of claims
 * of which nothing is due at all are found here; their holds are left to people, who may have placed others meanwhile.
 */
export class NothingDueAnyMore2026120104010 implements MigrationInterface {
  name = 'NothingDueAnyMore2026120104010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_line ADD COLUMN nothing_due_at timestamptz(3),
        ADD CONSTRAINT payment_line_nothing_due_ck CHECK (nothing_due_at IS NULL OR state IN ('rejected', 'returned'))`);
    await runner.query('GRANT UPDATE (nothing_due_at) ON payment_line TO makegood_app');
    await runner.query(follows('AND l.nothing_due_at IS NULL'));
    await runner.query(`
      UPDATE payment_line l SET nothing_due_at = now(), version = version + 1
      WHERE l.state IN ('rejected', 'returned') AND NOT EXISTS (SELECT FROM payment_line f WHERE f.replaces_id = l.id)
        AND payable_minor(l.claim_id) <= coalesce((SELECT sum(overpayment_left(o.id)) FROM overpayment o WHERE o.claim_id = l.claim_id AND o.closed_at IS NULL), 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(follows(''));
    await runner.query('ALTER TABLE payment_line DROP COLUMN nothing_due_at');
  }
}

const follows = (more: string): string => `
  CREATE OR REPLACE FUNCTION payment_line_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
  BEGIN
    IF NOT EXISTS (SELECT FROM payment_line l WHERE l.id = NEW.replaces_id AND l.claim_id = NEW.claim_id AND l.entitlement_no = NEW.entitlement_no
        AND l.state IN ('rejected', 'returned') ${more} AND NEW.gross_minor <= l.gross_minor) THEN
      RAISE EXCEPTION 'only what came back is paid again' USING ERRCODE = 'P0001', CONSTRAINT = 'payment_line_follows_ck';
    END IF;
    RETURN NEW;
  END $$`;
