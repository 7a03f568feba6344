import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A fund with a limit begins with nothing: its first limit is a deposit as any other, stated by one person and booked by another. Funds that there are keep theirs. */
export class FundsBeginEmpty2026120104410 implements MigrationInterface {
  name = 'FundsBeginEmpty2026120104410';

  async up(runner: QueryRunner): Promise<void> {
    await this.limits(runner, 0);
    await runner.query(`
      CREATE FUNCTION fund_begins_empty() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'a fund begins with nothing' USING ERRCODE = 'P0001', CONSTRAINT = 'fund_begins_empty_ck';
      END $$`);
    await runner.query('CREATE TRIGGER fund_begins_empty_tg BEFORE INSERT ON fund FOR EACH ROW WHEN (NEW.limit_minor > 0) EXECUTE FUNCTION fund_begins_empty()');
    await runner.query('ALTER TABLE fund ENABLE ALWAYS TRIGGER fund_begins_empty_tg');
  }

  private async limits(runner: QueryRunner, least: 0 | 1): Promise<void> {
    await runner.query(`
      ALTER TABLE fund DROP CONSTRAINT fund_limit_ck,
        ADD CONSTRAINT fund_limit_ck CHECK ((mode <> 'open') = (limit_minor IS NOT NULL) AND (limit_minor IS NULL OR limit_minor BETWEEN ${least} AND 1000000000000000))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER fund_begins_empty_tg ON fund; DROP FUNCTION fund_begins_empty()');
    await this.limits(runner, 1);
  }
}
