import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sales that were brought with tax and count without it, or the reverse: how they are converted. By one rate the records stay as the
 * file states them and sums are multiplied by `tax_factor`, an exact ratio; by a column the records hold what counts.
 */
export class TaxConversions2026112620450 implements MigrationInterface {
  name = 'TaxConversions2026112620450';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sales_set
        ADD COLUMN conversion jsonb,
        ADD COLUMN tax_factor text,
        ADD CONSTRAINT sales_set_conversion_ck CHECK (conversion IS NULL OR (conversion ->> 'to' = basis AND conversion ->> 'from' <> basis)),
        ADD CONSTRAINT sales_set_tax_factor_ck CHECK ((tax_factor IS NOT NULL) = (conversion IS NOT NULL AND conversion ->> 'by' = 'rate')
          AND (tax_factor IS NULL OR tax_factor ~ '^[0-9]{1,12}(/[0-9]{1,12})?$'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sales_set DROP COLUMN tax_factor, DROP COLUMN conversion');
  }
}
