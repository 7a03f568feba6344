import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Passkeys: public keys of people's devices, and the challenges they are asked to sign, each for one answer. */
export class Passkeys2026112619020 implements MigrationInterface {
  name = 'Passkeys2026112619020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE passkey (
        id uuid NOT NULL DEFAULT uuidv7(),
        user_id uuid NOT NULL,
        credential_id text NOT NULL,
        public_key bytea NOT NULL,
        counter bigint NOT NULL,
        transports text[] NOT NULL,
        name text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        last_used_at timestamptz(3),
        CONSTRAINT passkey_pk PRIMARY KEY (id),
        CONSTRAINT passkey_credential_uq UNIQUE (credential_id),
        CONSTRAINT passkey_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id)
      )`);
    await runner.query('CREATE INDEX passkey_user_ix ON passkey (user_id)');
    await runner.query(`
      CREATE TABLE passkey_challenge (
        holder_hash bytea NOT NULL,
        challenge text NOT NULL,
        user_id uuid,
        expires_at timestamptz(3) NOT NULL,
        CONSTRAINT passkey_challenge_pk PRIMARY KEY (holder_hash),
        CONSTRAINT passkey_challenge_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id)
      )`);
    await runner.query('CREATE INDEX passkey_challenge_expiry_ix ON passkey_challenge (expires_at)');
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE (counter, last_used_at), DELETE ON passkey TO makegood_app;
      GRANT SELECT, INSERT, DELETE ON passkey_challenge TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE passkey_challenge, passkey');
  }
}
