import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Photos and documents of a subject (a claim; the module knows an id). Bytes lie outside the database, under their digest. What was
 * filed stays as it is: only what a scanner says may still be added to it.
 */
export class EvidenceFiles2026112619400 implements MigrationInterface {
  name = 'EvidenceFiles2026112619400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE evidence_file (
        id uuid NOT NULL DEFAULT uuidv7(),
        subject_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        kind text NOT NULL,
        state text NOT NULL,
        file_name text NOT NULL,
        size_bytes bigint NOT NULL,
        media_type text,
        sha256 char(64),
        refusal jsonb,
        signature text,
        scan_tries int NOT NULL DEFAULT 0,
        uploaded_by uuid NOT NULL,
        begun_at timestamptz(3) NOT NULL,
        stored_at timestamptz(3),
        scanned_at timestamptz(3),
        frozen_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT evidence_file_pk PRIMARY KEY (id),
        CONSTRAINT evidence_file_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT evidence_file_uploaded_by_fk FOREIGN KEY (uploaded_by) REFERENCES app_user (id),
        CONSTRAINT evidence_file_kind_ck CHECK (kind ~ '^[a-z][a-z0-9_]{1,39}$'),
        CONSTRAINT evidence_file_state_ck CHECK (state IN ('receiving', 'checking', 'clean', 'unscanned', 'refused', 'infected')),
        CONSTRAINT evidence_file_name_ck CHECK (length(file_name) BETWEEN 1 AND 200),
        CONSTRAINT evidence_file_size_ck CHECK (size_bytes BETWEEN 1 AND 1073741824),
        CONSTRAINT evidence_file_hash_ck CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        CONSTRAINT evidence_file_stored_ck CHECK (
          (state IN ('checking', 'clean', 'unscanned', 'infected')) = (sha256 IS NOT NULL)
          AND (sha256 IS NULL) = (media_type IS NULL) AND (sha256 IS NULL) = (stored_at IS NULL)),
        CONSTRAINT evidence_file_refusal_ck CHECK ((state = 'refused') = (refusal IS NOT NULL)),
        CONSTRAINT evidence_file_scanned_ck CHECK (
          (state IN ('clean', 'infected')) = (scanned_at IS NOT NULL) AND (state = 'infected') = (signature IS NOT NULL)),
        CONSTRAINT evidence_file_tries_ck CHECK (scan_tries >= 0),
        CONSTRAINT evidence_file_used_ck CHECK (frozen_at IS NULL OR sha256 IS NOT NULL)
      )`);
    await runner.query('CREATE INDEX evidence_file_subject_ix ON evidence_file (subject_id, id)');
    await runner.query('CREATE INDEX evidence_file_bytes_ix ON evidence_file (merchant_id, sha256)');
    await runner.query(`
      CREATE UNIQUE INDEX evidence_file_twice_uq ON evidence_file (subject_id, sha256) WHERE state IN ('checking', 'clean', 'unscanned')`);
    await this.rules(runner);
    await runner.query(`
      GRANT SELECT, INSERT, DELETE ON evidence_file TO makegood_app;
      GRANT UPDATE (state, size_bytes, file_name, media_type, sha256, refusal, signature, scan_tries, stored_at, scanned_at, frozen_at, version)
        ON evidence_file TO makegood_app`);
  }

  private async rules(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TRIGGER evidence_file_version_tg BEFORE UPDATE ON evidence_file FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE FUNCTION evidence_file_is_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF OLD.frozen_at IS NULL THEN
          RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.state = 'checking' AND NEW.state IN ('checking', 'clean', 'infected')
          AND (NEW.id, NEW.subject_id, NEW.merchant_id, NEW.kind, NEW.file_name, NEW.size_bytes, NEW.media_type, NEW.sha256, NEW.uploaded_by, NEW.begun_at, NEW.stored_at, NEW.frozen_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.subject_id, OLD.merchant_id, OLD.kind, OLD.file_name, OLD.size_bytes, OLD.media_type, OLD.sha256, OLD.uploaded_by, OLD.begun_at, OLD.stored_at, OLD.frozen_at) THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION 'evidence of a filed claim stays as it is'
          USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evidence_file_frozen_ck';
      END $$`);
    await runner.query(`
      CREATE TRIGGER evidence_file_frozen_tg BEFORE UPDATE OR DELETE ON evidence_file FOR EACH ROW EXECUTE FUNCTION evidence_file_is_frozen()`);
    await runner.query('ALTER TABLE evidence_file ENABLE ALWAYS TRIGGER evidence_file_frozen_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE evidence_file; DROP FUNCTION evidence_file_is_frozen()');
  }
}
