import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DUTY_TABLE } from '../src/modules/identity/duties.rules.js';

const PAIRS = DUTY_TABLE.filter(({ pair: [one, other] }) => other === 'reconsiderer' && one.startsWith('reduction_'));

/** A rise by a change and a reduction are told as decisions of their own: each begins its times, and a reduction is reconsidered by none of the two who made it. */
export class NoticesOfRisesAndReductions2026112810120 implements MigrationInterface {
  name = 'NoticesOfRisesAndReductions2026112810120';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE decision_notice DROP CONSTRAINT decision_notice_kind_ck,
        ADD CONSTRAINT decision_notice_kind_ck CHECK (kind IN ('offer', 'renewal', 'raise', 'reduction', 'grant', 'refusal', 'objection'))`);
    for (const { pair: [duty, excludes], from } of PAIRS) {
      await runner.query('INSERT INTO duty_conflict (duty, excludes, since) VALUES ($1, $2, $3), ($2, $1, $3) ON CONFLICT DO NOTHING', [duty, excludes, from]);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { pair } of PAIRS) await runner.query('DELETE FROM duty_conflict WHERE (duty, excludes) IN (($1, $2), ($2, $1))', [...pair]);
    await runner.query(`UPDATE decision_notice SET look_at = NULL WHERE kind IN ('raise', 'reduction')`);
    await runner.query(`
      ALTER TABLE decision_notice DROP CONSTRAINT decision_notice_kind_ck,
        ADD CONSTRAINT decision_notice_kind_ck CHECK (kind IN ('offer', 'renewal', 'grant', 'refusal', 'objection')) NOT VALID`);
  }
}
