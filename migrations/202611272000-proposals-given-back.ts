import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was accepted into an amendment that is given up waits for a decision again. */
export class ProposalsGivenBack2026112720000 implements MigrationInterface {
  name = 'ProposalsGivenBack2026112720000';

  async up(runner: QueryRunner): Promise<void> {
    await this.once(runner, `OLD.state <> 'open' AND NOT (OLD.state = 'accepted' AND NEW.state IN ('open', 'superseded'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.once(runner, `OLD.state <> 'open'`);
  }

  private async once(runner: QueryRunner, decided: string): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION outage_proposal_ends_once() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF ${decided} THEN
          RAISE EXCEPTION 'a proposal that is % is not decided again', OLD.state USING ERRCODE = 'P0001', CONSTRAINT = 'outage_proposal_once_ck';
        END IF;
        RETURN NEW;
      END $$`);
  }
}
