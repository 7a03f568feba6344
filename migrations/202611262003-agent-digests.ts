import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One letter an agent and day: whoever notes the day first posts it. */
export class AgentDigests2026112620030 implements MigrationInterface {
  name = 'AgentDigests2026112620030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agent_digest (
        agent_id uuid NOT NULL,
        day date NOT NULL,
        CONSTRAINT agent_digest_pk PRIMARY KEY (agent_id, day),
        CONSTRAINT agent_digest_agent_fk FOREIGN KEY (agent_id) REFERENCES agent (id)
      )`);
    await runner.query('GRANT SELECT, INSERT ON agent_digest TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agent_digest');
  }
}
