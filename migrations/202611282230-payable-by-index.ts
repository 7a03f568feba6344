import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is payable on a claim looks its lines up by their index. The plan of a function is kept for as long as a connection: made while there
 * were few lines yet, it read the whole table for each of a batch's claims, and a batch of 10,000 took 40 seconds to open.
 */
export class PayableByIndex2026112822300 implements MigrationInterface {
  name = 'PayableByIndex2026112822300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER FUNCTION payable_minor(uuid) SET enable_seqscan = off');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER FUNCTION payable_minor(uuid) RESET enable_seqscan');
  }
}
