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
  reopen: 'claim.reopened', reduce: 'claim.reduced', correct: 'claim.corrected', not_mine: 'claim.disclaimed',
  offer_by_rule: 'claim.offered', award: 'claim.offered', refuse_by_rule: 'claim.rejected', refuse: 'claim.rejected', decline: 'claim.rejected', accept: 'claim.accepted',
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
  readonly changeId: string;
}

/** An approved change grants more than was granted before. What is accepted already is now due. */
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
