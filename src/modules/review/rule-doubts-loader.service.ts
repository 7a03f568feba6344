import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';
import { Overrides } from '../assessments/index.js';
import { CaseSignals, type AskedClaim } from './casebook/case-signals.service.js';
import type { RuleFacts } from './decide-by-rule.rules.js';

type Doubts = Pick<RuleFacts, 'overridden' | 'hasSignals'>;

/** What keeps a rule off claims besides their figures: what people put, and what is odd about them. */
@Injectable()
export class RuleDoubtsLoader {
  constructor(private readonly overrides: Overrides, private readonly signals: CaseSignals) {}

  async load(tx: Tx, asked: readonly AskedClaim[]): Promise<(claimId: string) => Doubts> {
    const overridden = await this.overrides.factsOf(tx, asked.map(({ claim }) => claim.id));
    const referring = await this.signals.referring(tx, asked);
    return (claimId) => ({ overridden: overridden.has(claimId), hasSignals: referring.has(claimId) });
  }
}
