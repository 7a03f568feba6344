import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Guards, Machine } from '../../core/machine/index.js';

export const OUTAGE_STATES = ['draft', 'confirmed', 'ended', 'final'] as const;
export type OutageState = (typeof OUTAGE_STATES)[number];
export type OutageEvent = 'confirm' | 'end' | 'finalise';
export type OutageGuard = 'fourEyes';

/**
 * Life of an outage. An amendment is not in it: it replaces what is recorded, in any state after `draft`, and moves none.
 */
export const OUTAGE_MACHINE: Machine<OutageState, OutageEvent, OutageGuard> = {
  name: 'outage',
  states: OUTAGE_STATES,
  initial: 'draft',
  final: ['final'],
  events: {
    confirm: { from: ['draft'], to: ['confirmed'], actors: ['outage.confirm'], guards: ['fourEyes'] },
    end: { from: ['confirmed'], to: ['ended'], actors: ['outage.edit'], guards: [] },
    finalise: { from: ['ended'], to: ['final'], actors: ['outage.confirm'], guards: [] },
  },
};

export interface OutageFactsForGuards {
  readonly revision: number;
  readonly proposedBy: string;
  readonly actingUser: string;
}

/** The author of a revision does not confirm it, whatever their roles; the database checks the same by user id. */
const fourEyes = ({ proposedBy, actingUser, revision }: OutageFactsForGuards): Result<void> =>
  proposedBy === actingUser ? refuse('outages.four_eyes', { revision }) : ok(undefined);

export const OUTAGE_GUARDS: Guards<OutageGuard, OutageFactsForGuards> = { fourEyes };
