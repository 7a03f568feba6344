import { ok, refuse } from '../../core/errors/index.js';
import type { Guards, Machine, Transition } from '../../core/machine/index.js';
import { HOUR } from '../../core/time/index.js';

export const PAYEE_STATES = ['waiting', 'usable', 'replaced', 'cancelled', 'refused'] as const;
export type PayeeState = (typeof PAYEE_STATES)[number];

export const PAYEE_EVENTS = ['confirm_holder', 'deny_holder', 'take_effect', 'give_way', 'cancel'] as const;
export type PayeeEvent = (typeof PAYEE_EVENTS)[number];

export type PayeeGuard = 'holderConfirmed' | 'waitOver' | 'notHeld';

/** How long another account than the one before waits, so that its owner can object. */
export const CHANGE_WAITS_MS = 72 * HOUR;

export interface PayeeFacts {
  readonly holderConfirmed: boolean;
  readonly waitOver: boolean;
  readonly held: boolean;
}

const move = (from: readonly PayeeState[], to: readonly PayeeState[], actors: readonly string[], guards: readonly PayeeGuard[] = []): Transition<PayeeState, PayeeGuard> =>
  ({ from, to, actors, guards });

/**
 * The life of an account to be paid to. A first account whose holder matches is usable at once; another one waits, and the old one
 * stays in use meanwhile. Database trigger and test are made from this table.
 */
export const PAYEE_MACHINE: Machine<PayeeState, PayeeEvent, PayeeGuard> = {
  name: 'payee',
  states: PAYEE_STATES,
  initial: 'waiting',
  final: ['replaced', 'cancelled', 'refused'],
  events: {
    confirm_holder: move(['waiting'], ['waiting'], ['payee.verify']),
    deny_holder: move(['waiting'], ['refused'], ['payee.verify']),
    take_effect: move(['waiting'], ['usable'], ['system'], ['holderConfirmed', 'waitOver', 'notHeld']),
    give_way: move(['usable'], ['replaced'], ['system']),
    cancel: move(['waiting'], ['cancelled'], ['payee.edit']),
  },
};

export const PAYEE_GUARDS: Guards<PayeeGuard, PayeeFacts> = {
  holderConfirmed: ({ holderConfirmed }) => (holderConfirmed ? ok(undefined) : refuse('payees.none')),
  waitOver: ({ waitOver }) => (waitOver ? ok(undefined) : refuse('payees.none')),
  notHeld: ({ held }) => (held ? refuse('payees.held') : ok(undefined)),
};
