import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A stored answer is given again only to somebody who may still do what they could when it was given. */
export class IdempotencyAuthority2026112612000 implements MigrationInterface {
  name = 'IdempotencyAuthority2026112612000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE idempotency ADD COLUMN authority text[] NOT NULL DEFAULT '{}'`);
    await runner.query('ALTER TABLE idempotency ALTER COLUMN authority DROP DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency DROP COLUMN authority');
  }
}
