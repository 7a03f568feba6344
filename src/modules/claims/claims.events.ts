import type { DomainEvent } from '../../platform/events/event.js';
import type { ClaimEvent, ClaimState } from './claim.machine.js';

export interface ClaimMoved {
  readonly claimId: string;
  readonly claimVersion: number;
  readonly event: ClaimEvent;
  readonly from: ClaimState;
  readonly to: ClaimState;
}

/** Topics by what happened; a move that is no news to anybody else is `claim.moved`. */
const TOPICS: Partial<Record<ClaimEvent, string>> = {
  submit: 'claim.submitted', amend: 'claim.amended', withdraw: 'claim.withdrawn', refer: 'claim.referred', pull: 'claim.referred', recommend: 'claim.recommended',
  reopen: 'claim.reopened', reduce: 'claim.reduced', correct: 'claim.corrected', not_mine: 'claim.disclaimed', ask: 'claim.information_requested', answer: 'claim.answered', no_answer: 'claim.unanswered',
  offer_by_rule: 'claim.offered', award: 'claim.offered', refuse_by_rule: 'claim.rejected', refuse: 'claim.rejected', decline: 'claim.rejected', accept: 'claim.accepted',
  accept_on_account: 'claim.accepted', lapse: 'claim.lapsed', take_up_again: 'claim.offered', funded: 'claim.accepted', object: 'claim.objected', upheld: 'claim.upheld',
};

export const claimMoved = (merchantId: string, moved: ClaimMoved): DomainEvent<string, ClaimMoved> => ({
  topic: TOPICS[moved.event] ?? 'claim.moved', aggregate: { type: 'claim', id: moved.claimId }, merchantId, payload: moved,
});

export interface EntitlementRaised {
  readonly claimId: string;
  readonly entitlement: number;
  readonly beforeMinor: string;
  readonly afterMinor: string;
  readonly currency: string;
  /** The approved change, or the upheld objection, that raised it. */
  readonly changeId?: string;
  readonly objectionNo?: number;
}

/** An approved change or an upheld objection grants more than was granted before. What is accepted already is now due. */
export const entitlementRaised = (merchantId: string, payload: EntitlementRaised): DomainEvent<string, EntitlementRaised> => ({
  topic: 'entitlement.raised', aggregate: { type: 'claim', id: payload.claimId }, merchantId, payload,
});

export interface EntitlementReduced {
  readonly claimId: string;
  readonly entitlement: number;
  readonly beforeMinor: string;
  readonly afterMinor: string;
  readonly currency: string;
  /** What was paid above it has to come back. */
  readonly isAccepted: boolean;
}

/** Two people have lowered what was granted. */
export const entitlementReduced = (merchantId: string, payload: EntitlementReduced): DomainEvent<string, EntitlementReduced> => ({
  topic: 'entitlement.reduced', aggregate: { type: 'claim', id: payload.claimId }, merchantId, payload,
});

export const claimDrafted = (merchantId: string, claimId: string): DomainEvent => ({
  topic: 'claim.drafted', aggregate: { type: 'claim', id: claimId }, merchantId, payload: { claimId },
});

export const objectionDecided = (merchantId: string, payload: { claimId: string; k: number; outcome: string }): DomainEvent => ({
  topic: 'claim.objection_decided', aggregate: { type: 'claim', id: payload.claimId }, merchantId, payload,
});
