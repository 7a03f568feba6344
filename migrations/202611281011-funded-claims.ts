import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { CLAIM_MACHINE } from '../src/modules/claims/claim.machine.js';

/** A claim that waited for its fund and needs no acceptance is granted once the fund reserves for it. */
export class FundedClaims2026112810110 implements MigrationInterface {
  name = 'FundedClaims2026112810110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM claim_transition WHERE event = 'funded'`);
    for (const { event, from, to } of transitionRows(CLAIM_MACHINE).filter(({ event: name }) => name === 'funded')) {
      await runner.query('INSERT INTO claim_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM claim_transition WHERE event = 'funded'`);
  }
}
