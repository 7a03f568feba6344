import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { ClaimHolds } from '../claims/index.js';
import type { RuleFacts } from './decide-by-rule.rules.js';

export type RuleStop = Pick<RuleFacts, 'held' | 'sampled'>;

/** What keeps a rule off a claim, whatever the claim comes to. */
@Injectable()
export class RuleStops {
  constructor(private readonly holds: ClaimHolds) {}

  async of(tx: Tx, claimId: string): Promise<RuleStop> {
    return { held: !(await this.holds.clear(tx, claimId, 'offer')).ok, sampled: this.isSampled(claimId) };
  }

  /** Nothing is drawn yet. */
  isSampled(_claimId: string): boolean {
    return false;
  }
}
