import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much of a benefit is due is said in one language, where a list is drawn up. */
export class BenefitsDueOnce2026120103200 implements MigrationInterface {
  name = 'BenefitsDueOnce2026120103200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION quantities_exceed(text[], text[])');
  }

  async down(runner: QueryRunner): Promise<void> {
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
}
