import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Till exports on their way in. A set of sales is written while its file is read back from disk: what refunds come to is known only when all of
 * them have met their sales, so totals are filled in by the transaction that writes the set, and by no other.
 */
export class TillUploads2026112619300 implements MigrationInterface {
  name = 'TillUploads2026112619300';

  async up(runner: QueryRunner): Promise<void> {
    await this.sets(runner);
    await this.uploads(runner);
    await this.mappings(runner);
  }

  private async sets(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sales_set
        ADD COLUMN source text NOT NULL DEFAULT 'file',
        ADD COLUMN handover_id uuid,
        ADD CONSTRAINT sales_set_source_ck CHECK (source IN ('file', 'typed'))`);
    await runner.query('GRANT UPDATE (totals) ON sales_set TO makegood_app');
    await runner.query('DROP TRIGGER sales_set_version_tg ON sales_set');
    await runner.query(`
      CREATE TRIGGER sales_set_version_tg BEFORE UPDATE ON sales_set FOR EACH ROW
      WHEN (OLD.totals IS NOT DISTINCT FROM NEW.totals) EXECUTE FUNCTION bump_version()`);
    await runner.query(`
      CREATE FUNCTION sales_set_totals_are_its_writers() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF OLD.written_in <> pg_current_xact_id()::text::bigint OR to_jsonb(NEW) - 'totals' <> to_jsonb(OLD) - 'totals' THEN
          RAISE EXCEPTION 'totals are filled in by the transaction that writes the set'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sales_set_totals_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER sales_set_totals_tg BEFORE UPDATE ON sales_set FOR EACH ROW
      WHEN (OLD.totals IS DISTINCT FROM NEW.totals) EXECUTE FUNCTION sales_set_totals_are_its_writers()`);
    await runner.query('ALTER TABLE sales_set ENABLE ALWAYS TRIGGER sales_set_totals_tg');
    await runner.query(`
      CREATE INDEX sales_record_refund_ix ON sales_record (set_id, refund_of, line) WHERE kind <> 'sale' AND refund_of IS NOT NULL`);
  }

  /** A file that came in, what was said about it so far, and what became of it. */
  private async uploads(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE till_upload (
        id uuid NOT NULL DEFAULT uuidv7(),
        subject_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        site_id uuid NOT NULL,
        file_name text,
        file_bytes bigint NOT NULL,
        file_sha256 char(64) NOT NULL,
        statement jsonb NOT NULL DEFAULT '{}',
        state text NOT NULL DEFAULT 'open',
        done_bytes bigint NOT NULL DEFAULT 0,
        refusal jsonb,
        set_id uuid,
        handover_id uuid,
        uploaded_by uuid NOT NULL,
        uploaded_at timestamptz(3) NOT NULL,
        CONSTRAINT till_upload_pk PRIMARY KEY (id),
        CONSTRAINT till_upload_site_fk FOREIGN KEY (site_id, merchant_id) REFERENCES site (id, merchant_id),
        CONSTRAINT till_upload_by_fk FOREIGN KEY (uploaded_by) REFERENCES app_user (id),
        CONSTRAINT till_upload_set_fk FOREIGN KEY (set_id, merchant_id) REFERENCES sales_set (id, merchant_id) ON DELETE SET NULL (set_id),
        CONSTRAINT till_upload_state_ck CHECK (state IN ('open', 'reading', 'imported', 'refused')),
        CONSTRAINT till_upload_refusal_ck CHECK ((state = 'refused') = (refusal IS NOT NULL)),
        CONSTRAINT till_upload_hash_ck CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
        CONSTRAINT till_upload_name_ck CHECK (length(file_name) <= 255),
        CONSTRAINT till_upload_bytes_ck CHECK (file_bytes >= 0 AND done_bytes >= 0)
      )`);
    await runner.query('CREATE INDEX till_upload_subject_ix ON till_upload (subject_id, uploaded_at)');
    await runner.query('CREATE INDEX till_upload_file_ix ON till_upload (file_sha256)');
    await runner.query('GRANT SELECT, INSERT, DELETE ON till_upload TO makegood_app');
    await runner.query('GRANT UPDATE (statement, state, done_bytes, refusal, set_id) ON till_upload TO makegood_app');
  }

  /** What a merchant said of a layout, offered again for the next file that has it. */
  private async mappings(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE till_mapping (
        merchant_id uuid NOT NULL,
        fingerprint char(64) NOT NULL,
        meaning jsonb NOT NULL,
        said_by uuid NOT NULL,
        said_at timestamptz(3) NOT NULL,
        CONSTRAINT till_mapping_pk PRIMARY KEY (merchant_id, fingerprint),
        CONSTRAINT till_mapping_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT till_mapping_by_fk FOREIGN KEY (said_by) REFERENCES app_user (id),
        CONSTRAINT till_mapping_fingerprint_ck CHECK (fingerprint ~ '^[0-9a-f]{64}$')
      )`);
    await runner.query('GRANT SELECT, INSERT ON till_mapping TO makegood_app');
    await runner.query('GRANT UPDATE (meaning, said_by, said_at) ON till_mapping TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE till_mapping, till_upload');
    await runner.query('DROP INDEX sales_record_refund_ix');
    await runner.query('DROP TRIGGER sales_set_totals_tg ON sales_set; DROP TRIGGER sales_set_version_tg ON sales_set; DROP FUNCTION sales_set_totals_are_its_writers()');
    await runner.query('CREATE TRIGGER sales_set_version_tg BEFORE UPDATE ON sales_set FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query('REVOKE UPDATE (totals) ON sales_set FROM makegood_app');
    await runner.query('ALTER TABLE sales_set DROP COLUMN source, DROP COLUMN handover_id');
  }
}
