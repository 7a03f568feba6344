import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COUNTING_STATES } from '../src/modules/payouts/payment-line.machine.js';

const COUNTING = COUNTING_STATES.map((state) => `'${state}'`).join(', ');

const PAYABLE = `
  SELECT c.id AS claim_id, (CASE c.state WHEN 'accepted' THEN coalesce((SELECT e.gross_minor FROM entitlement e WHERE e.claim_id = c.id ORDER BY e.n DESC LIMIT 1), 0) ELSE 0 END
    + coalesce((SELECT sum(o.opened_minor) FROM overpayment o WHERE o.claim_id = c.id), 0)
    - coalesce((SELECT sum(x.amount_minor) FROM overpayment o JOIN overpayment_entry x ON x.overpayment_id = o.id AND x.kind = 'annulled' WHERE o.claim_id = c.id), 0)
    - coalesce((SELECT sum(l.gross_minor) FROM payment_line l WHERE l.claim_id = c.id AND l.state IN (${COUNTING})), 0))::bigint AS minor
  FROM claim c`;

/**
 * What is payable on a claim, as a view: a statement about many claims has it planned into itself, where the function (which the triggers ask, and which asks the view) cost
 * seven times as much a claim. Payments of a batch ask five times.
 */
export class PayableInPlace2026120104440 implements MigrationInterface {
  name = 'PayableInPlace2026120104440';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE VIEW claim_payable AS ${PAYABLE}`);
    await runner.query('GRANT SELECT ON claim_payable TO makegood_app');
    await this.function(runner, 'SELECT p.minor FROM claim_payable p WHERE p.claim_id = of_claim');
  }

  private async function(runner: QueryRunner, body: string): Promise<void> {
    await runner.query(`CREATE OR REPLACE FUNCTION payable_minor(of_claim uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off AS $$ ${body} $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.function(runner, `SELECT p.minor FROM (${PAYABLE}) p WHERE p.claim_id = of_claim`);
    await runner.query('DROP VIEW claim_payable');
  }
}
