import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AssessmentQueries } from '../../assessments/index.js';
import type { ClaimRow } from '../../claims/index.js';
import { PolicyQueries } from '../../policies/index.js';
import { DecisionMail } from '../letters/decision-mail.service.js';
import { DecisionNotices } from '../offers/decision-notices.service.js';

/** Where a claim goes when it has its share, and what its owners are told: the decision's letter, from whose arrival their time to answer runs. */
@Injectable()
export class ShareNotices {
  constructor(
    private readonly assessments: AssessmentQueries, private readonly policies: PolicyQueries, private readonly mail: DecisionMail, private readonly decisions: DecisionNotices,
  ) {}

  /** A share that nobody is asked to accept counts as accepted. */
  async stateOf(tx: Tx, { id, state, assessmentId }: ClaimRow): Promise<'offered' | 'accepted'> {
    if (state === 'accepted') return 'accepted';
    const assessment = assessmentId === null ? undefined : await this.assessments.standing(tx, assessmentId);
    if (assessment === undefined) throw new TypeError(`claim ${id} shares without an assessment`);
    const { resolved } = await this.policies.version(tx, assessment.policyVersionId);
    return resolved.document.process.acceptance === 'required' ? 'offered' : 'accepted';
  }

  async tell(tx: Tx, claim: ClaimRow, entitlementNo: number | undefined): Promise<Result<void>> {
    const letter = await this.mail.letter(tx, claim);
    if (!letter.ok) return letter;
    const about = entitlementNo === undefined ? { kind: 'refusal' as const } : { kind: claim.state === 'offered' ? 'offer' as const : 'grant' as const, entitlementNo };
    await this.decisions.tell(tx, claim, about, letter.value);
    return ok(undefined);
  }
}
