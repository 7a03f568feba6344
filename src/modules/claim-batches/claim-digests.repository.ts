import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Tx } from '../../platform/database/tx.js';

/** Up to which day each agent has been told of its claims. Days are UTC's. */
@Injectable()
export class ClaimDigestsRepository {
  /** The next agent that has not been told of this day, which counts as told from now on; of two that ask at once one gets it. `before` is the last day told. */
  async takeNext(tx: Tx, day: string, at: Instant): Promise<{ agentId: string; before: string | null } | undefined> {
    const [taken] = await tx.query<{ agentId: string }>(`
      INSERT INTO agent_claim_digest (agent_id, day, written_at)
      SELECT a.id, $1, $2 FROM agent a WHERE NOT EXISTS (SELECT FROM agent_claim_digest d WHERE d.agent_id = a.id AND d.day >= $1) ORDER BY a.id LIMIT 1
      ON CONFLICT DO NOTHING RETURNING agent_id AS "agentId"`, [day, formatInstant(at)]);
    if (taken === undefined) return undefined;
    const [row] = await tx.query<{ before: string | null }>('SELECT max(day)::text AS before FROM agent_claim_digest WHERE agent_id = $1 AND day < $2', [taken.agentId, day]);
    return { agentId: taken.agentId, before: row?.before ?? null };
  }
}
