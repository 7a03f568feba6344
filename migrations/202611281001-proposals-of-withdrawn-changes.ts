import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isSameMatter, type ProposedLine } from '../src/modules/outages/imports/proposal.rules.js';

interface Said {
  readonly id: string;
  readonly sourceId: string;
  readonly lines: readonly ProposedLine[];
}

/** What was accepted into an amendment that was given up before giving one up gave it back: it waits for a decision again, unless its source has said something else since. */
export class ProposalsOfWithdrawnChanges2026112810010 implements MigrationInterface {
  name = 'ProposalsOfWithdrawnChanges2026112810010';

  async up(runner: QueryRunner): Promise<void> {
    const kept = await runner.query(`
      SELECT DISTINCT p.id, p.source_id AS "sourceId", p.lines || p.said AS lines FROM outage_revision_withdrawal w
      JOIN outage_revision given ON given.id = w.revision_id
      JOIN outage_revision r ON r.outage_id = given.outage_id AND r.kind = 'amendment' AND r.base_number = given.base_number AND r.number <= given.number
      JOIN outage_proposal p ON p.outage_id = r.outage_id AND p.revision = r.number AND p.state = 'accepted'
      WHERE NOT EXISTS (SELECT FROM register_entry e WHERE e.revision_id = r.id)`) as Said[];
    for (const { id, sourceId, lines } of kept) {
      const newer = await runner.query(`SELECT id, source_id AS "sourceId", lines || said AS lines FROM outage_proposal WHERE source_id = $1 AND id > $2 AND state <> 'superseded'`, [sourceId, id]) as Said[];
      const isOvertaken = newer.some((other) => isSameMatter(other.lines, lines));
      await runner.query(
        'UPDATE outage_proposal SET state = $2, decided_by = NULL, decided_at = NULL, outage_id = NULL, revision = NULL, reason = NULL, version = version + 1 WHERE id = $1',
        [id, isOvertaken ? 'superseded' : 'open']);
    }
  }

  /** Whose decision it was is not known any more, and giving it back was right then too. */
  async down(): Promise<void> {}
}
