import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A foreign key looks its row up once a record: a third of the time that storing a till export took. Records are written by the transaction
 * that writes their set, which a trigger checks once a statement; the same trigger now holds them to a set of their merchant. They still go with it.
 */
export class SalesRecordsInBulk2026112701000 implements MigrationInterface {
  name = 'SalesRecordsInBulk2026112701000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sales_record DROP CONSTRAINT sales_record_set_fk');
    await runner.query(`
      CREATE OR REPLACE FUNCTION sales_record_is_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM (SELECT DISTINCT set_id, merchant_id FROM added) a
          WHERE NOT EXISTS (SELECT FROM sales_set s WHERE s.id = a.set_id AND s.merchant_id = a.merchant_id AND s.written_in = pg_current_xact_id()::text::bigint)
        ) THEN
          RAISE EXCEPTION 'records are written with their set, by one transaction; a stored set is not added to, a new upload makes a new one'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sales_record_sealed_ck';
        END IF;
        RETURN NULL;
      END $$`);
    // As a cascade did: the application may throw an unused set away, and no record by itself.
    await runner.query(`
      CREATE FUNCTION sales_set_takes_its_records() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
      BEGIN
        DELETE FROM sales_record WHERE set_id = OLD.id;
        RETURN NULL;
      END $$`);
    await runner.query('CREATE TRIGGER sales_set_records_tg AFTER DELETE ON sales_set FOR EACH ROW EXECUTE FUNCTION sales_set_takes_its_records()');
    await runner.query(`
      CREATE FUNCTION sales_set_keeps_its_name() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'a sales set stays that of its records and its merchant'
          USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sales_set_name_ck';
      END $$`);
    await runner.query(`
      CREATE TRIGGER sales_set_name_tg BEFORE UPDATE OF id, merchant_id ON sales_set FOR EACH ROW
      WHEN ((OLD.id, OLD.merchant_id) IS DISTINCT FROM (NEW.id, NEW.merchant_id)) EXECUTE FUNCTION sales_set_keeps_its_name()`);
    for (const trigger of ['sales_set_records_tg', 'sales_set_name_tg']) await runner.query(`ALTER TABLE sales_set ENABLE ALWAYS TRIGGER ${trigger}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER sales_set_records_tg ON sales_set; DROP TRIGGER sales_set_name_tg ON sales_set');
    await runner.query('DROP FUNCTION sales_set_takes_its_records(), sales_set_keeps_its_name()');
    await runner.query(`
      CREATE OR REPLACE FUNCTION sales_record_is_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM sales_set s WHERE s.id IN (SELECT DISTINCT set_id FROM added) AND s.written_in <> pg_current_xact_id()::text::bigint) THEN
          RAISE EXCEPTION 'a stored sales set is not added to; a new upload makes a new set'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sales_record_sealed_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      ALTER TABLE sales_record ADD CONSTRAINT sales_record_set_fk FOREIGN KEY (set_id, merchant_id) REFERENCES sales_set (id, merchant_id) ON DELETE CASCADE`);
  }
}
