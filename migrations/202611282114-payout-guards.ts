import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COUNTING_STATES } from '../src/modules/payouts/payment-line.machine.js';

const COUNTING = COUNTING_STATES.map((state) => `'${state}'`).join(', ');

/** What the tables cannot hold is never paid: frozen batches that add up, three people, and no claim above its entitlement. */
export class PayoutGuards2026112821140 implements MigrationInterface {
  name = 'PayoutGuards2026112821140';

  async up(runner: QueryRunner): Promise<void> {
    await this.due(runner);
    await this.frozen(runner);
    await this.views(runner);
  }

  /** What was locked stays as it was locked; whoever locks, approves and releases are different people. */
  private async frozen(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION payment_line_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.batch_id IS DISTINCT FROM OLD.batch_id AND NEW.batch_id IS NOT NULL
            AND (SELECT b.state <> 'open' OR b.fund_id <> NEW.fund_id OR b.method <> NEW.method FROM payout_batch b WHERE b.id = NEW.batch_id FOR SHARE)
          OR NEW.payee_account_id IS DISTINCT FROM OLD.payee_account_id AND NEW.batch_id IS NOT NULL AND (SELECT b.state <> 'open' FROM payout_batch b WHERE b.id = NEW.batch_id FOR SHARE)
          OR OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id AND OLD.state <> 'included' THEN
          RAISE EXCEPTION 'a line of a locked batch stays as it is' USING ERRCODE = 'P0001', CONSTRAINT = 'payment_line_frozen_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER payment_line_frozen_tg BEFORE UPDATE OF batch_id, payee_account_id ON payment_line FOR EACH ROW EXECUTE FUNCTION payment_line_frozen()');
    await runner.query('ALTER TABLE payment_line ENABLE ALWAYS TRIGGER payment_line_frozen_tg');
    await runner.query(`
      CREATE FUNCTION payout_batch_digest(of_batch uuid) RETURNS char(64) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT encode(sha256(convert_to(b.message_id || chr(10) || b.execute_on || chr(10) || b.paying_account_id || chr(10) || coalesce(string_agg(concat_ws(chr(9),
          l.end_to_end_id, l.claim_id, l.entitlement_no, l.payee_account_id, l.gross_minor, l.withheld_minor, l.offset_minor, l.net_minor, l.currency),
          chr(10) ORDER BY l.end_to_end_id COLLATE "C"), ''), 'UTF8')), 'hex')
        FROM payout_batch b LEFT JOIN payment_line l ON l.batch_id = b.id WHERE b.id = of_batch GROUP BY b.id
      $$`);
    await runner.query(`
      CREATE FUNCTION payout_batch_guarded() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF OLD.locked_at IS NOT NULL AND (NEW.locked_by, NEW.locked_at, NEW.line_count, NEW.gross_minor, NEW.withheld_minor, NEW.total_minor, NEW.digest, NEW.approvals_needed, NEW.execute_on)
            IS DISTINCT FROM (OLD.locked_by, OLD.locked_at, OLD.line_count, OLD.gross_minor, OLD.withheld_minor, OLD.total_minor, OLD.digest, OLD.approvals_needed, OLD.execute_on) THEN
          RAISE EXCEPTION 'a locked batch stays as it is' USING ERRCODE = 'P0001', CONSTRAINT = 'payout_batch_frozen_ck';
        END IF;
        IF NEW.state IN ('approved', 'released') AND OLD.state <> NEW.state
          AND (SELECT count(*) FROM payout_approval a WHERE a.batch_id = NEW.id AND a.digest = NEW.digest) < NEW.approvals_needed THEN
          RAISE EXCEPTION 'approvals are missing' USING ERRCODE = 'P0001', CONSTRAINT = 'payout_batch_approved_ck';
        END IF;
        IF NEW.state = 'released' AND EXISTS (SELECT FROM payout_approval a WHERE a.batch_id = NEW.id AND a.user_id IN (NEW.locked_by, NEW.released_by)) THEN
          RAISE EXCEPTION 'locked, approved and released by different people' USING ERRCODE = 'P0001', CONSTRAINT = 'payout_batch_people_ck';
        END IF;
        IF NEW.state = 'released' AND OLD.state <> 'released' AND (NOT EXISTS (SELECT FROM payout_file f WHERE f.batch_id = NEW.id)
            OR EXISTS (SELECT FROM payment_line l JOIN payee_account p ON p.id = l.payee_account_id WHERE l.batch_id = NEW.id AND p.checked_by = NEW.released_by)) THEN
          RAISE EXCEPTION 'nothing is released without its file, nor by who checked one of its accounts' USING ERRCODE = 'P0001', CONSTRAINT = 'payout_batch_released_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER payout_batch_guarded_tg BEFORE UPDATE ON payout_batch FOR EACH ROW EXECUTE FUNCTION payout_batch_guarded()');
    await runner.query('ALTER TABLE payout_batch ENABLE ALWAYS TRIGGER payout_batch_guarded_tg');
    await runner.query(`
      CREATE FUNCTION payout_batch_adds_up() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        found record;
      BEGIN
        SELECT count(*) AS lines, coalesce(sum(l.net_minor), 0) AS net, coalesce(sum(l.gross_minor), 0) AS gross, coalesce(sum(l.withheld_minor), 0) AS withheld,
          count(*) FILTER (WHERE l.state = 'included') AS included INTO found FROM payment_line l WHERE l.batch_id = NEW.id;
        IF NEW.state = 'locked' AND (found.lines <> NEW.line_count OR found.net <> NEW.total_minor OR found.gross <> NEW.gross_minor OR found.withheld <> NEW.withheld_minor
            OR payout_batch_digest(NEW.id) <> NEW.digest)
          OR NEW.state = 'released' AND (found.included > 0 OR found.lines <> NEW.released_count OR found.net <> NEW.released_minor
            OR found.lines + (SELECT count(*) FROM payout_drop d WHERE d.batch_id = NEW.id) <> NEW.line_count) THEN
          RAISE EXCEPTION 'a batch does not add up' USING ERRCODE = 'P0001', CONSTRAINT = 'payout_batch_adds_up_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER payout_batch_adds_up_tg AFTER UPDATE ON payout_batch DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN (OLD.state <> NEW.state AND NEW.state IN ('locked', 'released')) EXECUTE FUNCTION payout_batch_adds_up()`);
    await runner.query('ALTER TABLE payout_batch ENABLE ALWAYS TRIGGER payout_batch_adds_up_tg');
  }

  /** A claim is never paid more than its accepted entitlement, what has to come back left out. */
  private async due(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION payable_minor(of_claim uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT (CASE c.state WHEN 'accepted' THEN coalesce((SELECT e.gross_minor FROM entitlement e WHERE e.claim_id = c.id ORDER BY e.n DESC LIMIT 1), 0) ELSE 0 END
          + coalesce((SELECT sum(o.opened_minor) FROM overpayment o WHERE o.claim_id = c.id), 0)
          - coalesce((SELECT sum(l.gross_minor) FROM payment_line l WHERE l.claim_id = c.id AND l.state IN (${COUNTING})), 0))::bigint
        FROM claim c WHERE c.id = of_claim
      $$`);
    await runner.query(`
      CREATE FUNCTION payment_within_entitlement() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF payable_minor(NEW.claim_id) < 0 THEN
          RAISE EXCEPTION 'more than is granted' USING ERRCODE = 'P0001', CONSTRAINT = 'payment_line_within_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER payment_line_within_new_tg AFTER INSERT ON payment_line DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment_within_entitlement()`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER payment_line_within_tg AFTER UPDATE ON payment_line DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN (OLD.state NOT IN (${COUNTING}) AND NEW.state IN (${COUNTING}) OR OLD.state = 'included' AND NEW.state = 'in_transit') EXECUTE FUNCTION payment_within_entitlement()`);
    for (const trigger of ['payment_line_within_new_tg', 'payment_line_within_tg']) await runner.query(`ALTER TABLE payment_line ENABLE ALWAYS TRIGGER ${trigger}`);
  }

  private async views(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW inspect.payout_lines AS
      SELECT id, batch_id, claim_id, currency, net_minor AS amount_minor, state IN (${COUNTING}) AS live, end_to_end_id FROM payment_line`);
    await runner.query(`
      CREATE VIEW inspect.payout_batches AS
      SELECT id, message_id AS msg_id, total_minor, line_count, created_by, released_by FROM payout_batch`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW inspect.payout_lines; DROP VIEW inspect.payout_batches');
    await runner.query(`
      DROP TRIGGER payment_line_within_new_tg ON payment_line; DROP TRIGGER payment_line_within_tg ON payment_line; DROP TRIGGER payment_line_frozen_tg ON payment_line;
      DROP TRIGGER payout_batch_guarded_tg ON payout_batch; DROP TRIGGER payout_batch_adds_up_tg ON payout_batch`);
    await runner.query(`
      DROP FUNCTION payment_within_entitlement(), payable_minor(uuid), payout_batch_adds_up(), payout_batch_guarded(), payout_batch_digest(uuid), payment_line_frozen()`);
  }
}
