import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may act for a business: invited by a link that works once, and never nobody who may sign for it. */
export class Members2026112619110 implements MigrationInterface {
  name = 'Members2026112619110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE membership ADD COLUMN version int NOT NULL DEFAULT 1');
    await runner.query('CREATE TRIGGER membership_version_tg BEFORE UPDATE ON membership FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query('GRANT UPDATE (version) ON membership TO makegood_app');
    await runner.query(`
      CREATE FUNCTION membership_keeps_an_owner() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF OLD.role <> 'owner' OR (TG_OP = 'UPDATE' AND NEW.role = 'owner' AND NEW.merchant_id = OLD.merchant_id) THEN
          RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        PERFORM FROM merchant WHERE id = OLD.merchant_id FOR NO KEY UPDATE;
        IF NOT EXISTS (SELECT FROM membership WHERE merchant_id = OLD.merchant_id AND user_id <> OLD.user_id AND role = 'owner') THEN
          RAISE EXCEPTION 'a business keeps an owner' USING ERRCODE = 'P0001', CONSTRAINT = 'membership_last_owner_ck';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
      END $$`);
    await runner.query('CREATE TRIGGER membership_last_owner_tg BEFORE UPDATE OR DELETE ON membership FOR EACH ROW EXECUTE FUNCTION membership_keeps_an_owner()');
    await runner.query(`
      CREATE TABLE member_invitation (
        id uuid NOT NULL DEFAULT uuidv7(),
        merchant_id uuid NOT NULL,
        email text NOT NULL,
        role text NOT NULL,
        token_hash bytea NOT NULL,
        invited_by uuid NOT NULL,
        invited_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        accepted_by uuid,
        accepted_at timestamptz(3),
        withdrawn_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT member_invitation_pk PRIMARY KEY (id),
        CONSTRAINT member_invitation_token_uq UNIQUE (token_hash),
        CONSTRAINT member_invitation_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT member_invitation_invited_by_fk FOREIGN KEY (invited_by) REFERENCES app_user (id),
        CONSTRAINT member_invitation_accepted_by_fk FOREIGN KEY (accepted_by) REFERENCES app_user (id),
        CONSTRAINT member_invitation_role_ck CHECK (role IN ('owner', 'member')),
        CONSTRAINT member_invitation_email_ck CHECK (email = lower(email) AND email LIKE '%_@_%'),
        CONSTRAINT member_invitation_accepted_ck CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
        CONSTRAINT member_invitation_once_ck CHECK (accepted_at IS NULL OR withdrawn_at IS NULL)
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX member_invitation_open_uq ON member_invitation (merchant_id, email) WHERE accepted_at IS NULL AND withdrawn_at IS NULL`);
    await runner.query('CREATE TRIGGER member_invitation_version_tg BEFORE UPDATE ON member_invitation FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query('GRANT SELECT, INSERT, UPDATE (accepted_by, accepted_at, withdrawn_at, version) ON member_invitation TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE member_invitation; DROP TRIGGER membership_last_owner_tg ON membership; DROP FUNCTION membership_keeps_an_owner()');
    await runner.query('DROP TRIGGER membership_version_tg ON membership; ALTER TABLE membership DROP COLUMN version');
  }
}
