import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { ClaimHolds, type ClaimRow } from '../claims/index.js';
import { Sampling } from './sampling/sampling.service.js';
import type { RuleFacts } from './decide-by-rule.rules.js';

export type RuleStop = Pick<RuleFacts, 'held' | 'drawn'>;

/** What keeps a rule off a claim, whatever the claim comes to. */
@Injectable()
export class RuleStops {
  constructor(private readonly holds: ClaimHolds, private readonly sampling: Sampling) {}

  async of(tx: Tx, claim: ClaimRow): Promise<RuleStop> {
    return { held: !(await this.holds.clear(tx, claim.id, 'offer')).ok, drawn: await this.sampling.draws(tx, claim) };
  }
}
