import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RESOLUTIONS, TWO_PEOPLE } from '../src/modules/payouts/bank/breaks.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** What somebody paid in may be what a business had to pay back. */
export class RepaidBreaks2026112901000 implements MigrationInterface {
  name = 'RepaidBreaks2026112901000';

  async up(runner: QueryRunner): Promise<void> {
    await this.resolutions(runner, RESOLUTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.resolutions(runner, RESOLUTIONS.filter((resolution) => resolution !== 'repaid'));
  }

  private async resolutions(runner: QueryRunner, resolutions: readonly string[]): Promise<void> {
    await runner.query('ALTER TABLE reconciliation_break DROP CONSTRAINT reconciliation_break_resolution_ck');
    await runner.query(`ALTER TABLE reconciliation_break ADD CONSTRAINT reconciliation_break_resolution_ck CHECK (resolution IN (${list(resolutions)}) AND proposal IN (${list(TWO_PEOPLE)}))`);
  }
}
