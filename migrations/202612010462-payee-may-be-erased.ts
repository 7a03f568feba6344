import type { MigrationInterface, QueryRunner } from 'typeorm';

const frozen = (payee: string): string => `
  CREATE OR REPLACE FUNCTION payment_line_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
  BEGIN
    IF NEW.batch_id IS DISTINCT FROM OLD.batch_id AND NEW.batch_id IS NOT NULL
        AND (SELECT b.state <> 'open' OR b.fund_id <> NEW.fund_id OR b.method <> NEW.method FROM payout_batch b WHERE b.id = NEW.batch_id FOR SHARE)
      OR (NEW.payee_account_id IS DISTINCT FROM OLD.payee_account_id OR ${payee}) AND NEW.batch_id IS NOT NULL AND (SELECT b.state <> 'open' FROM payout_batch b WHERE b.id = NEW.batch_id FOR SHARE)
      OR OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id AND OLD.state <> 'included' THEN
      RAISE EXCEPTION 'a line of a locked batch stays as it is' USING ERRCODE = 'P0001', CONSTRAINT = 'payment_line_frozen_ck';
    END IF;
    RETURN NEW;
  END $$`;
const OTHER = 'NEW.payee IS DISTINCT FROM OLD.payee';

/** What a file said of a business may be erased once its payment is past; what is paid, and by which account, stays. */
export class PayeeMayBeErased2026120104620 implements MigrationInterface {
  name = 'PayeeMayBeErased2026120104620';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(frozen(`${OTHER} AND NOT (NEW.payee IS NULL AND OLD.state IN ('settled', 'rejected', 'returned', 'written_off'))`));
    await runner.query('GRANT SELECT (id, merchant_id, version), UPDATE (payee, version) ON payment_line TO makegood_eraser');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('REVOKE ALL ON payment_line FROM makegood_eraser');
    await runner.query(frozen(OTHER));
  }
}
