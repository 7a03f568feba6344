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

  async of(tx: Tx, claim: ClaimRow): Promise<RuleStop> {
    return { held: !(await this.holds.clear(tx, claim.id, 'offer')).ok, drawn: await this.sampling.draws(tx, claim) };
  }
}
