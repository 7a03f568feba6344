import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Decisions in words, who has seen which letter on a page, what people do not want to be sent, and what agents were told of a day. */
export class DecisionLetters2026112800500 implements MigrationInterface {
  name = 'DecisionLetters2026112800500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE decision_letter (
        claim_id uuid NOT NULL,
        n int NOT NULL,
        language text NOT NULL,
        merchant_id uuid NOT NULL,
        body text,
        written_at timestamptz(3) NOT NULL,
        CONSTRAINT decision_letter_pk PRIMARY KEY (claim_id, n, language),
        CONSTRAINT decision_letter_determination_fk FOREIGN KEY (claim_id, n) REFERENCES determination (claim_id, n),
        CONSTRAINT decision_letter_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT decision_letter_language_ck CHECK (language IN ('en', 'ko', 'fr'))
      )`);
    await runner.query(`
      CREATE TABLE notice_seen (
        letter_id uuid NOT NULL,
        user_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        seen_at timestamptz(3) NOT NULL,
        CONSTRAINT notice_seen_pk PRIMARY KEY (letter_id, user_id),
        CONSTRAINT notice_seen_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id),
        CONSTRAINT notice_seen_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT notice_seen_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id)
      )`);
    await runner.query(`
      CREATE TABLE courtesy_declined (
        address text NOT NULL,
        since timestamptz(3) NOT NULL,
        CONSTRAINT courtesy_declined_pk PRIMARY KEY (address)
      )`);
    await this.letterStates(runner, ['kept', 'declined', 'queued', 'deferred', 'sent', 'failed', 'bounced']);
    await runner.query(`
      CREATE TABLE agent_claim_digest (
        agent_id uuid NOT NULL,
        day date NOT NULL,
        written_at timestamptz(3) NOT NULL,
        CONSTRAINT agent_claim_digest_pk PRIMARY KEY (agent_id, day),
        CONSTRAINT agent_claim_digest_agent_fk FOREIGN KEY (agent_id) REFERENCES agent (id)
      )`);
    await runner.query(`
      GRANT SELECT, INSERT ON decision_letter, notice_seen, agent_claim_digest TO makegood_app;
      GRANT SELECT, INSERT, DELETE ON courtesy_declined TO makegood_app;
      GRANT SELECT (claim_id, n, language), UPDATE (body) ON decision_letter TO makegood_eraser;
      GRANT SELECT, DELETE ON courtesy_declined TO makegood_eraser`);
  }

  private async letterStates(runner: QueryRunner, states: readonly string[]): Promise<void> {
    await runner.query('ALTER TABLE letter DROP CONSTRAINT letter_state_ck');
    await runner.query(`ALTER TABLE letter ADD CONSTRAINT letter_state_ck CHECK (state IN (${states.map((state) => `'${state}'`).join(', ')}))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("UPDATE letter SET state = 'kept' WHERE state = 'declined'");
    await this.letterStates(runner, ['kept', 'queued', 'deferred', 'sent', 'failed', 'bounced']);
    await runner.query('DROP TABLE agent_claim_digest, courtesy_declined, notice_seen, decision_letter');
  }
}
