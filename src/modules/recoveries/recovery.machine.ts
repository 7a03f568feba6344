import { ok, refuse } from '../../core/errors/index.js';
import type { Guards, Machine, Transition } from '../../core/machine/index.js';
import { HOUR } from '../../core/time/index.js';

export const RECOVERY_KINDS = ['cannot_sign_in', 'changed_hands'] as const;
export type RecoveryKind = (typeof RECOVERY_KINDS)[number];

export const RECOVERY_STATES = ['open', 'recommended', 'granted', 'refused', 'stopped'] as const;
export type RecoveryState = (typeof RECOVERY_STATES)[number];

export const RECOVERY_EVENTS = ['match', 'recommend', 'send_back', 'grant', 'refuse', 'stop'] as const;
export type RecoveryEvent = (typeof RECOVERY_EVENTS)[number];

export type RecoveryGuard = 'matched' | 'unmatched' | 'noticeOver';

export interface RecoveryFacts {
  readonly matched: boolean;
  /** Whether those who were known before have had their time to object. */
  readonly noticeOver: boolean;
}

/** How long those who were known before have to object before a request is granted. */
export const NOTICE_MS = 24 * HOUR;
/** How long no account for payments is entered or comes into use after one was granted. */
export const PAYEES_WAIT_MS = 72 * HOUR;

const move = (from: readonly RecoveryState[], to: RecoveryState, actors: readonly string[], guards: readonly RecoveryGuard[] = []): Transition<RecoveryState, RecoveryGuard> =>
  ({ from, to: [to], actors, guards });

/**
 * The life of a request by somebody who cannot get in any more. It is granted by two people, and refused by either; whoever was known
 * before stops it until then. Database trigger and test are made from this table.
 */
export const RECOVERY_MACHINE: Machine<RecoveryState, RecoveryEvent, RecoveryGuard> = {
  name: 'recovery',
  states: RECOVERY_STATES,
  initial: 'open',
  final: ['granted', 'refused', 'stopped'],
  events: {
    match: move(['open'], 'open', ['system', 'recovery.recommend'], ['unmatched']),
    recommend: move(['open'], 'recommended', ['recovery.recommend'], ['matched']),
    send_back: move(['recommended'], 'open', ['recovery.decide']),
    grant: move(['recommended'], 'granted', ['recovery.decide'], ['noticeOver']),
    refuse: move(['open', 'recommended'], 'refused', ['recovery.recommend', 'recovery.decide']),
    stop: move(['open', 'recommended'], 'stopped', ['link']),
  },
};

export const RECOVERY_GUARDS: Guards<RecoveryGuard, RecoveryFacts> = {
  matched: ({ matched }) => (matched ? ok(undefined) : refuse('recoveries.unmatched')),
  unmatched: ({ matched }) => (matched ? refuse('recoveries.matched') : ok(undefined)),
  noticeOver: ({ noticeOver }) => (noticeOver ? ok(undefined) : refuse('recoveries.notice_runs')),
};
