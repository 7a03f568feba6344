import type { MigrationInterface, QueryRunner } from 'typeorm';
import { transitionRows } from '../src/core/machine/index.js';
import { MANDATE_MACHINE, MANDATE_STATES } from '../src/modules/agents/mandate.machine.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Agents, who works for them, and the mandates under which they act for businesses. */
export class Agents2026112620000 implements MigrationInterface {
  name = 'Agents2026112620000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agent (
        id uuid NOT NULL DEFAULT uuidv7(),
        name text NOT NULL,
        language text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT agent_pk PRIMARY KEY (id),
        CONSTRAINT agent_language_ck CHECK (language IN ('en', 'ko', 'fr'))
      )`);
    await runner.query(`
      CREATE TABLE agent_member (
        user_id uuid NOT NULL,
        agent_id uuid NOT NULL,
        added_at timestamptz(3) NOT NULL,
        CONSTRAINT agent_member_pk PRIMARY KEY (user_id),
        CONSTRAINT agent_member_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT agent_member_agent_fk FOREIGN KEY (agent_id) REFERENCES agent (id)
      )`);
    await runner.query('CREATE INDEX agent_member_agent_ix ON agent_member (agent_id)');
    await this.mandates(runner);
    await this.machine(runner);
    await this.links(runner);
    await runner.query('GRANT SELECT, INSERT ON agent TO makegood_app; GRANT SELECT, INSERT, DELETE ON agent_member TO makegood_app');
  }

  /** One mandate that counts an agent and business. What the agent said of itself and its fee is never changed: another fee is another mandate. */
  private async mandates(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mandate (
        id uuid NOT NULL DEFAULT uuidv7(),
        agent_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        state text NOT NULL DEFAULT 'asserted',
        opened_by_agent boolean NOT NULL,
        document_name text NOT NULL,
        document_hash char(64),
        fee_kind text NOT NULL,
        fee_share text,
        fee_minor bigint,
        fee_currency char(3),
        fee_words text NOT NULL,
        contact_name text NOT NULL,
        contact_email text NOT NULL,
        language text NOT NULL,
        asserted_by uuid NOT NULL,
        asserted_at timestamptz(3) NOT NULL,
        asked_on date,
        confirmed_by uuid,
        confirmed_at timestamptz(3),
        revoked_side text,
        revoked_by uuid,
        revoked_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT mandate_pk PRIMARY KEY (id),
        CONSTRAINT mandate_merchant_uq UNIQUE (id, merchant_id),
        CONSTRAINT mandate_agent_fk FOREIGN KEY (agent_id) REFERENCES agent (id),
        CONSTRAINT mandate_merchant_fk FOREIGN KEY (merchant_id) REFERENCES merchant (id),
        CONSTRAINT mandate_asserted_by_fk FOREIGN KEY (asserted_by) REFERENCES app_user (id),
        CONSTRAINT mandate_confirmed_by_fk FOREIGN KEY (confirmed_by) REFERENCES app_user (id),
        CONSTRAINT mandate_revoked_by_fk FOREIGN KEY (revoked_by) REFERENCES app_user (id),
        CONSTRAINT mandate_state_ck CHECK (state IN (${list(MANDATE_STATES)})),
        CONSTRAINT mandate_fee_ck CHECK (fee_kind IN ('none', 'share', 'amount')
          AND (fee_kind = 'share') = (fee_share IS NOT NULL) AND (fee_kind = 'amount') = (fee_minor IS NOT NULL) AND (fee_minor IS NULL) = (fee_currency IS NULL)
          AND (fee_share IS NULL OR fee_share ~ '^(0\\.[0-9]{1,6}|1)$') AND (fee_minor IS NULL OR fee_minor BETWEEN 1 AND 1000000000000000)),
        CONSTRAINT mandate_words_ck CHECK (length(fee_words) BETWEEN 1 AND 500 AND length(document_name) BETWEEN 1 AND 200),
        CONSTRAINT mandate_confirmed_ck CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL) AND (state <> 'confirmed' OR confirmed_at IS NOT NULL)
          AND (state <> 'asserted' OR confirmed_at IS NULL)),
        CONSTRAINT mandate_revoked_ck CHECK ((state = 'revoked') = (revoked_at IS NOT NULL) AND (revoked_at IS NULL) = (revoked_side IS NULL)
          AND (revoked_side IS NULL OR revoked_side IN ('agent', 'merchant'))),
        CONSTRAINT mandate_contact_ck CHECK (contact_email = lower(contact_email) AND contact_email LIKE '%_@_%')
      )`);
    await runner.query(`CREATE UNIQUE INDEX mandate_counting_uq ON mandate (agent_id, merchant_id) WHERE state <> 'revoked'`);
    await runner.query('CREATE INDEX mandate_merchant_ix ON mandate (merchant_id, id)');
    await runner.query('CREATE INDEX mandate_agent_ix ON mandate (agent_id, state, id)');
    await runner.query(`CREATE INDEX mandate_refused_ix ON mandate (agent_id, contact_email) WHERE revoked_side = 'merchant'`);
    await runner.query('CREATE TRIGGER mandate_version_tg BEFORE UPDATE ON mandate FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      GRANT SELECT, INSERT ON mandate TO makegood_app;
      GRANT UPDATE (state, asked_on, confirmed_by, confirmed_at, revoked_side, revoked_by, revoked_at, version) ON mandate TO makegood_app`);
  }

  private async machine(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mandate_transition (
        event text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        CONSTRAINT mandate_transition_pk PRIMARY KEY (event, from_state, to_state)
      )`);
    for (const { event, from, to } of transitionRows(MANDATE_MACHINE)) {
      await runner.query('INSERT INTO mandate_transition (event, from_state, to_state) VALUES ($1, $2, $3)', [event, from, to]);
    }
    await runner.query('GRANT SELECT ON mandate_transition TO makegood_app');
    await runner.query(`
      CREATE FUNCTION check_mandate_transition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM mandate_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
          RAISE EXCEPTION 'a mandate does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'P0001', CONSTRAINT = 'mandate_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER mandate_transition_tg BEFORE UPDATE OF state ON mandate FOR EACH ROW EXECUTE FUNCTION check_mandate_transition()');
    await runner.query('ALTER TABLE mandate ENABLE ALWAYS TRIGGER mandate_transition_tg');
  }

  /** What the business is sent: kept as a hash, good once, replaced by the next. */
  private async links(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mandate_link (
        token_hash bytea NOT NULL,
        mandate_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        issued_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        used_at timestamptz(3),
        CONSTRAINT mandate_link_pk PRIMARY KEY (token_hash),
        CONSTRAINT mandate_link_mandate_fk FOREIGN KEY (mandate_id, merchant_id) REFERENCES mandate (id, merchant_id)
      )`);
    await runner.query('CREATE UNIQUE INDEX mandate_link_good_uq ON mandate_link (mandate_id) WHERE used_at IS NULL');
    await runner.query('GRANT SELECT, INSERT, UPDATE (used_at) ON mandate_link TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mandate_link, mandate_transition, mandate, agent_member, agent; DROP FUNCTION check_mandate_transition()');
  }
}
