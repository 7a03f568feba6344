import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TASK_KINDS } from '../src/modules/tasks/tasks.rules.js';

const KIND = 'proof_difference';
const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** That claims, ledger and bank came to the same, once a day for every account that money leaves from. What was found stays found. */
export class LedgerProofs2026112822220 implements MigrationInterface {
  name = 'LedgerProofs2026112822220';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger_proof (
        id uuid NOT NULL DEFAULT uuidv7(),
        paying_account_id uuid NOT NULL,
        fund_id uuid,
        day date NOT NULL,
        currency char(3) NOT NULL,
        line_count int NOT NULL,
        claims_minor bigint NOT NULL,
        ledger_minor bigint NOT NULL,
        bank_minor bigint,
        at timestamptz(3) NOT NULL,
        CONSTRAINT ledger_proof_pk PRIMARY KEY (id),
        CONSTRAINT ledger_proof_once_uq UNIQUE NULLS NOT DISTINCT (paying_account_id, day, fund_id),
        CONSTRAINT ledger_proof_account_fk FOREIGN KEY (paying_account_id, currency) REFERENCES paying_account (id, currency),
        CONSTRAINT ledger_proof_fund_fk FOREIGN KEY (fund_id, currency) REFERENCES fund (id, currency),
        CONSTRAINT ledger_proof_whole_ck CHECK ((fund_id IS NULL) = (bank_minor IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX ledger_proof_fund_ix ON ledger_proof (fund_id, id DESC) WHERE fund_id IS NOT NULL');
    await runner.query('CREATE TRIGGER ledger_proof_append_only_tg BEFORE UPDATE OR DELETE ON ledger_proof FOR EACH ROW EXECUTE FUNCTION forbid_change()');
    await runner.query('ALTER TABLE ledger_proof ENABLE ALWAYS TRIGGER ledger_proof_append_only_tg');
    await runner.query('GRANT SELECT, INSERT ON ledger_proof TO makegood_app');
    await this.tasks(runner, TASK_KINDS);
  }

  private async tasks(runner: QueryRunner, kinds: readonly string[]): Promise<void> {
    await runner.query('ALTER TABLE task DROP CONSTRAINT task_kind_ck');
    await runner.query(`ALTER TABLE task ADD CONSTRAINT task_kind_ck CHECK (kind IN (${list(kinds)}))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.tasks(runner, TASK_KINDS.filter((kind) => kind !== KIND));
    await runner.query('DROP TABLE ledger_proof');
  }
}
