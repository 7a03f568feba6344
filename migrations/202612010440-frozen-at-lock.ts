import type { MigrationInterface, QueryRunner } from 'typeorm';

const LEAVING = `jsonb_build_object('holder', p.holder, 'account', p.account, 'address', p.address, 'profile', p.profile)`;
const PAYEE = `jsonb_strip_nulls(jsonb_build_object('name', m.legal_name, 'registration', m.registration_value, 'phone', m.phone, 'address', m.address))`;

/**
 * All that a file says is frozen when its batch is locked, and is in the digest that approvals name: what it says of each business beside its account, and the terms of the account it leaves
 * from. Batches that are locked already keep their digest, and are frozen as things stand.
 */
export class FrozenAtLock2026120104400 implements MigrationInterface {
  name = 'FrozenAtLock2026120104400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payment_line ADD COLUMN payee jsonb; ALTER TABLE payout_batch ADD COLUMN leaving jsonb');
    await runner.query('GRANT UPDATE (payee) ON payment_line TO makegood_app');
    await runner.query(`
      UPDATE payment_line l SET payee = ${PAYEE}, version = l.version + 1 FROM payout_batch b, merchant m
      WHERE b.id = l.batch_id AND b.state IN ('locked', 'approved') AND l.state = 'included' AND m.id = l.merchant_id`);
    await runner.query(`UPDATE payout_batch b SET leaving = ${LEAVING}, version = b.version + 1 FROM paying_account p WHERE p.id = b.paying_account_id AND b.state IN ('locked', 'approved')`);
    await this.lines(runner, ['batch_id', 'payee_account_id', 'payee']);
    await runner.query(`
      CREATE OR REPLACE FUNCTION payout_batch_digest(of_batch uuid) RETURNS char(64) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT encode(sha256(convert_to(b.message_id || chr(10) || b.execute_on || chr(10) || b.paying_account_id || chr(10) || coalesce(b.leaving, ${LEAVING}) || chr(10) || coalesce(string_agg(concat_ws(chr(9),
          l.end_to_end_id, l.uetr, l.claim_id, l.entitlement_no, l.payee_account_id, l.gross_minor, l.withheld_minor, l.offset_minor, l.net_minor, l.currency, l.payee),
          chr(10) ORDER BY l.end_to_end_id COLLATE "C"), ''), 'UTF8')), 'hex')
        FROM payout_batch b JOIN paying_account p ON p.id = b.paying_account_id LEFT JOIN payment_line l ON l.batch_id = b.id WHERE b.id = of_batch GROUP BY b.id, p.id
      $$`);
    await this.batches(runner);
  }

  private async lines(runner: QueryRunner, columns: readonly string[]): Promise<void> {
    const other = columns.slice(1).map((column) => `NEW.${column} IS DISTINCT FROM OLD.${column}`).join(' OR ');
    await runner.query(`
      CREATE OR REPLACE FUNCTION payment_line_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.batch_id IS DISTINCT FROM OLD.batch_id AND NEW.batch_id IS NOT NULL
            AND (SELECT b.state <> 'open' OR b.fund_id <> NEW.fund_id OR b.method <> NEW.method FROM payout_batch b WHERE b.id = NEW.batch_id FOR SHARE)
          OR (${other}) AND NEW.batch_id IS NOT NULL AND (SELECT b.state <> 'open' FROM payout_batch b WHERE b.id = NEW.batch_id FOR SHARE)
          OR OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id AND OLD.state <> 'included' THEN
          RAISE EXCEPTION 'a line of a locked batch stays as it is' USING ERRCODE = 'P0001', CONSTRAINT = 'payment_line_frozen_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      DROP TRIGGER payment_line_frozen_tg ON payment_line;
      CREATE TRIGGER payment_line_frozen_tg BEFORE UPDATE OF ${columns.join(', ')} ON payment_line FOR EACH ROW EXECUTE FUNCTION payment_line_frozen();
      ALTER TABLE payment_line ENABLE ALWAYS TRIGGER payment_line_frozen_tg`);
  }

  /** The database writes the terms down itself, in the statement that locks; the application's role cannot. */
  private async batches(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION freeze_batch() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        SELECT ${LEAVING} INTO NEW.leaving FROM paying_account p WHERE p.id = NEW.paying_account_id;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER payout_batch_freeze_tg BEFORE UPDATE ON payout_batch FOR EACH ROW WHEN (OLD.state = 'open' AND NEW.state = 'locked') EXECUTE FUNCTION freeze_batch();
      ALTER TABLE payout_batch ENABLE ALWAYS TRIGGER payout_batch_freeze_tg`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER payout_batch_freeze_tg ON payout_batch; DROP FUNCTION freeze_batch()');
    await this.lines(runner, ['batch_id', 'payee_account_id']);
    await runner.query(`
      CREATE OR REPLACE FUNCTION payout_batch_digest(of_batch uuid) RETURNS char(64) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT encode(sha256(convert_to(b.message_id || chr(10) || b.execute_on || chr(10) || b.paying_account_id || chr(10) || coalesce(string_agg(concat_ws(chr(9),
          l.end_to_end_id, l.claim_id, l.entitlement_no, l.payee_account_id, l.gross_minor, l.withheld_minor, l.offset_minor, l.net_minor, l.currency),
          chr(10) ORDER BY l.end_to_end_id COLLATE "C"), ''), 'UTF8')), 'hex')
        FROM payout_batch b LEFT JOIN payment_line l ON l.batch_id = b.id WHERE b.id = of_batch GROUP BY b.id
      $$`);
    await runner.query('ALTER TABLE payment_line DROP COLUMN payee; ALTER TABLE payout_batch DROP COLUMN leaving');
  }
}
