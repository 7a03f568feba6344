import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Papers that whoever cannot get in sends by the link of the letter to their new address. The bytes lie outside the database, by request. */
export class RecoveryDocuments2026112701210 implements MigrationInterface {
  name = 'RecoveryDocuments2026112701210';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE recovery_request ADD COLUMN documents_hash bytea');
    await runner.query('CREATE UNIQUE INDEX recovery_request_documents_uq ON recovery_request (documents_hash)');
    await runner.query(`
      CREATE TABLE recovery_document (
        id uuid NOT NULL DEFAULT uuidv7(),
        recovery_id uuid NOT NULL,
        sha256 char(64) NOT NULL,
        size_bytes int NOT NULL,
        media_type text NOT NULL,
        file_name text,
        scanned boolean NOT NULL,
        added_at timestamptz(3) NOT NULL,
        dropped_at timestamptz(3),
        CONSTRAINT recovery_document_pk PRIMARY KEY (id),
        CONSTRAINT recovery_document_recovery_fk FOREIGN KEY (recovery_id) REFERENCES recovery_request (id),
        CONSTRAINT recovery_document_bytes_uq UNIQUE (recovery_id, sha256),
        CONSTRAINT recovery_document_size_ck CHECK (size_bytes > 0),
        CONSTRAINT recovery_document_dropped_ck CHECK (dropped_at IS NULL OR file_name IS NULL)
      )`);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (file_name, dropped_at) ON recovery_document TO makegood_app;
      GRANT SELECT (id, recovery_id), UPDATE (file_name) ON recovery_document TO makegood_eraser`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE recovery_document; ALTER TABLE recovery_request DROP COLUMN documents_hash');
  }
}
