import { ok, refuse } from '../../core/errors/index.js';
import type { Guards, Machine } from '../../core/machine/index.js';

export const BATCH_STATES = ['checking', 'checked', 'over_ceiling', 'filing', 'done', 'stopped', 'undone'] as const;
export type BatchState = (typeof BATCH_STATES)[number];
export type BatchEvent = 'finish_check' | 'commit' | 'finish';
export type BatchGuard = 'wholeWhenStrict' | 'somethingGood';

/** A row waits, is found good, faulty or filed already; a good one is filed, refused while filing, or left when a batch stops. */
export const ITEM_STATES = ['waiting', 'good', 'faulty', 'already', 'filed', 'failed', 'left'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

export interface BatchFacts {
  readonly mode: 'strict' | 'lenient';
  readonly goodCount: number;
  readonly faultyCount: number;
}

/** Life of a batch: checked without writing anything else, then filed once. A corrected file is another batch. */
export const BATCH_MACHINE: Machine<BatchState, BatchEvent, BatchGuard> = {
  name: 'claim_batch',
  states: BATCH_STATES,
  initial: 'checking',
  final: ['over_ceiling', 'done', 'stopped', 'undone'],
  events: {
    finish_check: { from: ['checking'], to: ['checked', 'over_ceiling'], actors: ['system'], guards: [] },
    commit: { from: ['checked'], to: ['filing'], actors: ['agency.work'], guards: ['wholeWhenStrict', 'somethingGood'] },
    finish: { from: ['filing'], to: ['done', 'stopped', 'undone'], actors: ['system'], guards: [] },
  },
};

export const BATCH_GUARDS: Guards<BatchGuard, BatchFacts> = {
  wholeWhenStrict: ({ mode, faultyCount }) => (mode === 'strict' && faultyCount > 0 ? refuse('batches.not_whole', { faulty: faultyCount }) : ok(undefined)),
  somethingGood: ({ goodCount }) => (goodCount === 0 ? refuse('batches.nothing_to_file') : ok(undefined)),
};

/** Whether more rows fail than the agent allows. Edge: exactly the ceiling is within it; of an empty file nothing fails. */
export const isOverCeiling = (failed: number, rows: number, ceilingPercent: number): boolean => failed * 100 > rows * ceilingPercent;
