import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether more is granted of a benefit than was asked for or given, exactly: a list looks past claims of which nothing more is due. How much is due is said where a list is drawn up. */
export class BenefitsDue2026120101000 implements MigrationInterface {
  name = 'BenefitsDue2026120101000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION quantities_exceed(granted text[], counting text[]) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
      DECLARE
        above numeric := 0;
        below numeric := 1;
        place int;
        part numeric;
      BEGIN
        FOR place IN 1 .. cardinality(granted || counting) LOOP
          part := coalesce(nullif(split_part((granted || counting)[place], '/', 2), ''), '1')::numeric;
          above := above * part + split_part((granted || counting)[place], '/', 1)::numeric * below * CASE WHEN place <= cardinality(granted) THEN 1 ELSE -1 END;
          below := below * part;
        END LOOP;
        RETURN above > 0;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION quantities_exceed(text[], text[])');
  }
}
