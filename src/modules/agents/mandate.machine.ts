import type { Machine } from '../../core/machine/index.js';

export const MANDATE_STATES = ['asserted', 'confirmed', 'revoked'] as const;
export type MandateState = (typeof MANDATE_STATES)[number];
export type MandateEvent = 'confirm' | 'veto' | 'withdraw' | 'revoke' | 'lapse';

/**
 * Life of a mandate. What an agent asserts, the business confirms or vetoes; either side may end it at any time, and an ended one is
 * never taken up again: the agent asserts another. One that nobody answers lapses when its term is over.
 */
export const MANDATE_MACHINE: Machine<MandateState, MandateEvent> = {
  name: 'mandate',
  states: MANDATE_STATES,
  initial: 'asserted',
  final: ['revoked'],
  events: {
    confirm: { from: ['asserted'], to: ['confirmed'], actors: ['mandate.confirm', 'link'], guards: [] },
    veto: { from: ['asserted'], to: ['revoked'], actors: ['mandate.revoke', 'link'], guards: [] },
    withdraw: { from: ['asserted'], to: ['revoked'], actors: ['mandate.assert'], guards: [] },
    lapse: { from: ['asserted'], to: ['revoked'], actors: ['system'], guards: [] },
    revoke: { from: ['confirmed'], to: ['revoked'], actors: ['mandate.revoke', 'mandate.assert'], guards: [] },
  },
};
