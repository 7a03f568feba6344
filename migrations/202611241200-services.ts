import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Services2026112412000 implements MigrationInterface {
  name = 'Services2026112412000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE service (
        id uuid NOT NULL DEFAULT uuidv7(),
        code text NOT NULL,
        names jsonb NOT NULL,
        parent_code text,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT service_pk PRIMARY KEY (id),
        CONSTRAINT service_code_uq UNIQUE (code),
        CONSTRAINT service_parent_fk FOREIGN KEY (parent_code) REFERENCES service (code),
        CONSTRAINT service_parent_ck CHECK (parent_code <> code),
        CONSTRAINT service_code_ck CHECK (code ~ '^[a-z0-9]+([._-][a-z0-9]+)*$' AND length(code) <= 80),
        CONSTRAINT service_names_ck CHECK (jsonb_typeof(names) = 'object' AND names <> '{}'::jsonb)
      )`);
    await runner.query('CREATE INDEX service_parent_ix ON service (parent_code)');
    await runner.query(`CREATE TRIGGER service_version_tg BEFORE UPDATE ON service FOR EACH ROW EXECUTE FUNCTION bump_version()`);
    await runner.query('GRANT SELECT, INSERT, UPDATE (names, version) ON service TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE service');
  }
}
