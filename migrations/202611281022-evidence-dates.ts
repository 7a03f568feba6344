import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What must not change of a file that is part of a filed claim; the same list twice, as rows of before and after. */
const rowOf = (row: 'NEW' | 'OLD', withDay: boolean): string =>
  ['id', 'subject_id', 'merchant_id', 'kind', 'file_name', 'size_bytes', 'media_type', 'sha256', 'uploaded_by', 'begun_at', 'stored_at', 'frozen_at', ...(withDay ? ['stated_on'] : [])].map((column) => `${row}.${column}`).join(', ');

/** The day on which a file says that it was made, as it stands in the file. */
export class EvidenceDates2026112810220 implements MigrationInterface {
  name = 'EvidenceDates2026112810220';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE evidence_file ADD COLUMN stated_on date');
    await this.frozen(runner, true);
    await runner.query('GRANT UPDATE (stated_on) ON evidence_file TO makegood_app');
  }

  private async frozen(runner: QueryRunner, withDay: boolean): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION evidence_file_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.frozen_at IS NULL THEN
          RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.state = 'checking' AND NEW.state IN ('checking', 'clean', 'infected')
          AND (${rowOf('NEW', withDay)}) IS NOT DISTINCT FROM (${rowOf('OLD', withDay)}) THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION 'evidence of a filed claim stays as it is'
          USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evidence_file_frozen_ck';
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.frozen(runner, false);
    await runner.query('ALTER TABLE evidence_file DROP COLUMN stated_on');
  }
}
