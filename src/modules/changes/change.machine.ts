import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Guards, Machine } from '../../core/machine/index.js';

export const CHANGE_STATES = ['open', 'approved', 'applied', 'withdrawn'] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];
export type ChangeEvent = 'approve' | 'apply' | 'withdraw';
export type ChangeGuard = 'fourEyes';

/** What a change may propose. */
export const CHANGE_KINDS = ['policy_version', 'amendment', 'allocation', 'pre_computation'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Life of a change: rehearsed as often as wanted while it is open, approved once, and then applied to every claim in its reach. */
export const CHANGE_MACHINE: Machine<ChangeState, ChangeEvent, ChangeGuard> = {
  name: 'change',
  states: CHANGE_STATES,
  initial: 'open',
  final: ['applied', 'withdrawn'],
  events: {
    approve: { from: ['open'], to: ['approved'], actors: ['change.approve'], guards: ['fourEyes'] },
    apply: { from: ['approved'], to: ['applied'], actors: ['system'], guards: [] },
    withdraw: { from: ['open'], to: ['withdrawn'], actors: ['change.propose'], guards: [] },
  },
};

export const CHANGE_GUARDS: Guards<ChangeGuard, { readonly isAuthor: boolean }> = {
  fourEyes: ({ isAuthor }): Result<void> => (isAuthor ? refuse('changes.four_eyes') : ok(undefined)),
};
