import { ok, refuse } from '../../core/errors/index.js';
import type { Guards, Machine, Transition } from '../../core/machine/index.js';
import { LINE_STATES, type LineState } from '../../core/payments/line-status.js';

export { LINE_STATES, type LineState };

export const LINE_EVENTS = ['include', 'put_back', 'drop', 'release', 'acknowledge', 'settle', 'withhold', 'find_paid', 'reject', 'return', 'write_off'] as const;
export type LineEvent = (typeof LINE_EVENTS)[number];

/** States in which a line takes its sum from what is due: nothing else is paid for it. */
export const COUNTING_STATES = ['pending', 'included', 'in_transit', 'accepted_by_bank', 'settled', 'written_off'] as const satisfies readonly LineState[];

/** States in which the bank has the line and its money has not been booked for good. */
export const AT_BANK_STATES = ['in_transit', 'accepted_by_bank'] as const satisfies readonly LineState[];

export type LineGuard = 'nothingHolds';

export interface LineFacts {
  readonly held: boolean;
}

const move = (from: readonly LineState[], to: readonly LineState[], actors: readonly string[], guards: readonly LineGuard[] = []): Transition<LineState, LineGuard> =>
  ({ from, to, actors, guards });

/**
 * The life of one payment. It goes forward only; what was rejected before its money moved, or came back after, is paid by another line
 * that names it, or written off by two people. A line that nobody sent is dropped when what is due changes under it; one of which the tax
 * takes all is settled at once, for nothing of it leaves. Where a bank refused a payment and took its money, or people said it came back, two people find that it was paid. Database trigger, diagram and test are made from this table. Source: docs/domain/payouts.md.
 */
export const LINE_MACHINE: Machine<LineState, LineEvent, LineGuard> = {
  name: 'payment_line',
  states: LINE_STATES,
  initial: 'pending',
  final: ['dropped', 'written_off'],
  events: {
    include: move(['pending'], ['included'], ['payout.prepare'], ['nothingHolds']),
    put_back: move(['included'], ['pending'], ['payout.prepare', 'system']),
    drop: move(['pending'], ['dropped'], ['system']),
    release: move(['included'], ['in_transit'], ['payout.release'], ['nothingHolds']),
    acknowledge: move(['in_transit'], ['accepted_by_bank'], ['system']),
    settle: move(['in_transit', 'accepted_by_bank'], ['settled'], ['system', 'payout.reconcile']),
    withhold: move(['pending'], ['settled'], ['system']),
    find_paid: move(['rejected', 'returned'], ['settled'], ['payout.reconcile']),
    reject: move(['in_transit', 'accepted_by_bank'], ['rejected'], ['system', 'payout.reconcile']),
    return: move(['in_transit', 'accepted_by_bank', 'settled'], ['returned'], ['system', 'payout.reconcile']),
    write_off: move(['rejected', 'returned'], ['written_off'], ['payout.write_off']),
  },
};

export const LINE_GUARDS: Guards<LineGuard, LineFacts> = {
  nothingHolds: ({ held }) => (held ? refuse('payouts.line_held') : ok(undefined)),
};
