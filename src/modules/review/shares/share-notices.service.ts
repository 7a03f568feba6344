import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import type { ClaimRow, Grant } from '../../claims/index.js';
import { DecisionMail } from '../letters/decision-mail.service.js';
import { DecisionNotices } from '../offers/decision-notices.service.js';

/** Where a claim goes when it has its share, and what its owners are told: the decision's letter, from whose arrival their time to answer runs. */
@Injectable()
export class ShareNotices {
  constructor(private readonly mail: DecisionMail, private readonly decisions: DecisionNotices) {}

  /** A share that nobody is asked to accept counts as accepted. */
  async stateOf(tx: Tx, claim: ClaimRow): Promise<'offered' | 'accepted'> {
    return claim.state === 'accepted' || !(await this.decisions.asksForAcceptance(tx, claim)) ? 'accepted' : 'offered';
  }

  /** `granted`: by claim what it was given; the others get nothing. */
  async tell(tx: Tx, claims: readonly ClaimRow[], granted: ReadonlyMap<string, Grant>): Promise<Result<void>> {
    for (const claim of claims) {
      const letter = await this.mail.letter(tx, claim);
      if (!letter.ok) return letter;
      const grant = granted.get(claim.id);
      const about = grant === undefined ? { kind: 'refusal' as const } : { kind: claim.state === 'offered' ? 'offer' as const : 'grant' as const, entitlementNo: grant.n };
      await this.decisions.tell(tx, claim, about, letter.value);
    }
    return ok(undefined);
  }
}
