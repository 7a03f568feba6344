import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tables of results are one kind of file: the profile of the account says how they look, nobody chooses it. Where the same bytes had been brought in as several
 * kinds, the one that counted becomes that kind and the others, of which nothing counted, stay what they were called.
 */
export class BankResultsByProfile2026120104210 implements MigrationInterface {
  name = 'BankResultsByProfile2026120104210';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bank_message DISABLE TRIGGER USER');
    await runner.query(`
      UPDATE bank_message m SET format = 'result' FROM (
        SELECT DISTINCT ON (paying_account_id, sha256) id FROM bank_message WHERE format IN ('kr-bulk-result', 'bill-credit-result', 'benefit-result')
        ORDER BY paying_account_id, sha256, (state = 'applied') DESC, id) one WHERE one.id = m.id`);
    await runner.query('ALTER TABLE bank_message ENABLE TRIGGER USER');
    for (const trigger of ['bank_message_stays_tg', 'bank_message_kept_tg']) await runner.query(`ALTER TABLE bank_message ENABLE ALWAYS TRIGGER ${trigger}`);
  }

  /** Which kind each was is not known any more; the profile of its account reads it either way. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bank_message DISABLE TRIGGER USER');
    await runner.query(`UPDATE bank_message SET format = 'benefit-result' WHERE format = 'result'`);
    await runner.query('ALTER TABLE bank_message ENABLE TRIGGER USER');
    for (const trigger of ['bank_message_stays_tg', 'bank_message_kept_tg']) await runner.query(`ALTER TABLE bank_message ENABLE ALWAYS TRIGGER ${trigger}`);
  }
}
