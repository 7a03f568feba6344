import { ok, refuse } from '../../core/errors/index.js';
import type { Guards, Machine, Transition } from '../../core/machine/index.js';

export const BATCH_STATES = ['open', 'locked', 'approved', 'released', 'acknowledged', 'settled', 'cancelled', 'refused'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

export const BATCH_EVENTS = ['lock', 'approve', 'release', 'acknowledge', 'settle', 'cancel', 'refuse'] as const;
export type BatchEvent = (typeof BATCH_EVENTS)[number];

export type BatchGuard = 'notEmpty' | 'digestNamed' | 'enoughApprovals' | 'everyLineFinal';

export interface BatchFacts {
  readonly lineCount: number;
  /** Undefined where nobody has to name one. */
  readonly digestIsCurrent?: boolean;
  readonly approvalsMissing: number;
  readonly openLines: number;
}

const move = (from: readonly BatchState[], to: readonly BatchState[], actors: readonly string[], guards: readonly BatchGuard[] = []): Transition<BatchState, BatchGuard> =>
  ({ from, to, actors, guards });

/**
 * The life of a batch: one person locks what is in it, others approve its digest, another releases it, the bank takes it, and it is
 * settled once every line is. Database trigger, diagram and test are made from this table. Source: docs/domain/payouts.md.
 */
export const BATCH_MACHINE: Machine<BatchState, BatchEvent, BatchGuard> = {
  name: 'payout_batch',
  states: BATCH_STATES,
  initial: 'open',
  final: ['settled', 'cancelled', 'refused'],
  events: {
    lock: move(['open'], ['locked'], ['payout.prepare'], ['notEmpty']),
    approve: move(['locked'], ['locked', 'approved'], ['payout.approve'], ['digestNamed']),
    release: move(['approved'], ['released'], ['payout.release'], ['digestNamed', 'enoughApprovals', 'notEmpty']),
    acknowledge: move(['released'], ['acknowledged'], ['system', 'payout.reconcile']),
    settle: move(['released', 'acknowledged'], ['settled'], ['system'], ['everyLineFinal']),
    cancel: move(['open', 'locked', 'approved'], ['cancelled'], ['payout.prepare']),
    refuse: move(['released', 'acknowledged'], ['refused'], ['system', 'payout.reconcile']),
  },
};

export const BATCH_GUARDS: Guards<BatchGuard, BatchFacts> = {
  notEmpty: ({ lineCount }) => (lineCount > 0 ? ok(undefined) : refuse('payouts.batch_empty')),
  digestNamed: ({ digestIsCurrent }) => (digestIsCurrent === false ? refuse('payouts.digest_differs') : ok(undefined)),
  enoughApprovals: ({ approvalsMissing }) => (approvalsMissing === 0 ? ok(undefined) : refuse('payouts.approvals_missing', { missing: approvalsMissing })),
  everyLineFinal: ({ openLines }) => (openLines === 0 ? ok(undefined) : refuse('payouts.lines_open', { open: openLines })),
};
