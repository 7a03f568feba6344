import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Guards, Machine } from '../../core/machine/index.js';

/** States that a row keeps; the others follow from the period of an approved version and the clock. */
export const STORED_STATES = ['draft', 'in_review', 'approved', 'withdrawn'] as const;
export const POLICY_STATES = ['draft', 'in_review', 'approved', 'effective', 'superseded', 'withdrawn'] as const;
export type StoredState = (typeof STORED_STATES)[number];
export type PolicyState = (typeof POLICY_STATES)[number];
export type PolicyEvent = 'edit' | 'submit' | 'send_back' | 'approve' | 'withdraw' | 'take_effect' | 'supersede';
export type PolicyGuard = 'fourEyes';

/** Which claims a new version is applied to: those nobody has decided, or decided ones as well, which may rise and never fall. */
export const REACHES = ['undecided', 'all'] as const;
export type Reach = (typeof REACHES)[number];

/** Life of a policy version. Approved, it is never edited; when its period begins it is effective, when a successor takes over superseded. */
export const POLICY_MACHINE: Machine<PolicyState, PolicyEvent, PolicyGuard> = {
  name: 'policy',
  states: POLICY_STATES,
  initial: 'draft',
  final: ['superseded', 'withdrawn'],
  events: {
    edit: { from: ['draft'], to: ['draft'], actors: ['policy.edit'], guards: [] },
    submit: { from: ['draft'], to: ['in_review'], actors: ['policy.edit'], guards: [] },
    send_back: { from: ['in_review'], to: ['draft'], actors: ['policy.review'], guards: [] },
    approve: { from: ['in_review'], to: ['approved'], actors: ['change.approve'], guards: ['fourEyes'] },
    withdraw: { from: ['draft', 'in_review'], to: ['withdrawn'], actors: ['policy.edit'], guards: [] },
    take_effect: { from: ['approved'], to: ['effective'], actors: ['system'], guards: [] },
    supersede: { from: ['approved', 'effective'], to: ['superseded'], actors: ['system'], guards: [] },
  },
};

export interface PolicyMoveFacts {
  /** Whether the acting person wrote any of it. */
  readonly isAuthor: boolean;
}

const fourEyes = ({ isAuthor }: PolicyMoveFacts): Result<void> => (isAuthor ? refuse('policies.four_eyes') : ok(undefined));

export const POLICY_GUARDS: Guards<PolicyGuard, PolicyMoveFacts> = { fourEyes };
