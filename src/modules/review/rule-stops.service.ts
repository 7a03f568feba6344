import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { MandateQueries } from '../agents/index.js';
import { ClaimHolds, type ClaimRow } from '../claims/index.js';
import { Sampling } from './sampling/sampling.service.js';
import type { RuleFacts } from './decide-by-rule.rules.js';

export type RuleStop = Pick<RuleFacts, 'held' | 'drawn'>;

/** What keeps a rule off a claim, whatever the claim comes to. */
@Injectable()
export class RuleStops {
  constructor(private readonly holds: ClaimHolds, private readonly sampling: Sampling, private readonly mandates: MandateQueries) {}

  /** Whether its business has yet to confirm the agent who filed it. */
  async waits(tx: Tx, claim: ClaimRow): Promise<boolean> {
    return !(await this.mandates.letsDecide(tx, claim.mandateId));
  }

  async of(tx: Tx, claims: readonly ClaimRow[]): Promise<(claimId: string) => RuleStop> {
    const held = await this.holds.stopped(tx, claims.map(({ id }) => id), 'offer');
    const drawn = await this.sampling.drawn(tx, claims);
    return (claimId) => ({ held: held.has(claimId), drawn: drawn.has(claimId) });
  }
}
