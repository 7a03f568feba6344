import { Injectable } from '@nestjs/common';
import type { AssessmentResult } from '../../core/assessment/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { Overrides } from '../assessments/index.js';
import type { ClaimRow } from '../claims/index.js';
import { CaseSignals } from './casebook/case-signals.service.js';
import type { RuleFacts } from './decide-by-rule.rules.js';

/** What keeps a rule off a claim besides its figures: what people put, and what is odd about it. */
@Injectable()
export class RuleDoubtsLoader {
  constructor(private readonly overrides: Overrides, private readonly signals: CaseSignals) {}

  async load(tx: Tx, claim: ClaimRow, result: AssessmentResult): Promise<Pick<RuleFacts, 'overridden' | 'hasSignals'>> {
    return { overridden: (await this.overrides.factsOf(tx, [claim.id])).size > 0, hasSignals: await this.signals.refers(tx, claim, result) };
  }
}
