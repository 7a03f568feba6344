import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People whom a code lets in: known by mail or telephone, in their language. Sessions know how and when somebody last showed who they are. */
export class SignInCodes2026112619010 implements MigrationInterface {
  name = 'SignInCodes2026112619010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE app_user ALTER COLUMN email DROP NOT NULL, ADD COLUMN phone text, ADD COLUMN language text, ADD COLUMN terms_at timestamptz(3),
        ADD CONSTRAINT app_user_phone_uq UNIQUE (phone),
        ADD CONSTRAINT app_user_phone_ck CHECK (phone ~ '^[+][1-9][0-9]{6,14}$'),
        ADD CONSTRAINT app_user_reached_ck CHECK (email IS NOT NULL OR phone IS NOT NULL),
        ADD CONSTRAINT app_user_language_ck CHECK (language IN ('en', 'ko', 'fr'))`);
    await runner.query('GRANT UPDATE (language) ON app_user TO makegood_app');
    await runner.query(`
      ALTER TABLE session ADD COLUMN id uuid NOT NULL DEFAULT uuidv7(), ADD COLUMN method text NOT NULL DEFAULT 'password',
        ADD COLUMN proved_at timestamptz(3),
        ADD CONSTRAINT session_id_uq UNIQUE (id),
        ADD CONSTRAINT session_method_ck CHECK (method IN ('password', 'code', 'passkey'))`);
    await runner.query(`
      CREATE TABLE sign_in_code (
        holder_hash bytea NOT NULL,
        code_hash bytea NOT NULL,
        channel text NOT NULL,
        address text NOT NULL,
        user_id uuid,
        tries int NOT NULL DEFAULT 0,
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        proved_at timestamptz(3),
        used_at timestamptz(3),
        CONSTRAINT sign_in_code_pk PRIMARY KEY (holder_hash),
        CONSTRAINT sign_in_code_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT sign_in_code_channel_ck CHECK (channel IN ('mail', 'sms')),
        CONSTRAINT sign_in_code_tries_ck CHECK (tries BETWEEN 0 AND 5)
      )`);
    await runner.query('CREATE INDEX sign_in_code_created_ix ON sign_in_code (created_at)');
    await runner.query('GRANT SELECT, INSERT, UPDATE (tries, proved_at, used_at), DELETE ON sign_in_code TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE sign_in_code;
      ALTER TABLE session DROP COLUMN id, DROP COLUMN method, DROP COLUMN proved_at;
      ALTER TABLE app_user DROP COLUMN phone, DROP COLUMN language, DROP COLUMN terms_at, ALTER COLUMN email SET NOT NULL`);
  }
}
