import { clipTimeline, constant, intersect, normalise, openIntervals, subtract, support, type IntervalSet } from '../../time/index.js';
import { value, type Block, type RunScope } from '../block.js';
import type { Fate, TimeValue } from '../value.js';

/** What a clip keeps of the claim window. */
function kept(to: string, { facts, head }: RunScope): IntervalSet {
  const { window } = facts.claim;
  if (to === 'opening_hours') return openIntervals(facts.site.openingHours, window);
  const paid = normalise(facts.earlier.filter((award) => award.head === head).flatMap(({ intervals }) => intervals));
  return subtract([window], intersect(paid, [window]));
}

const FATE: Readonly<Record<string, Fate>> = { opening_hours: 'closed', not_yet_compensated: 'already_compensated' };

/** Takes off time outside `keep`, noting why. What is left keeps its weights. */
export function cut(time: TimeValue, keep: IntervalSet, fate: Fate): TimeValue {
  const lost = subtract(support(time.pieces), keep);
  return {
    window: time.window,
    pieces: clipTimeline(time.pieces, keep),
    removed: [...time.removed, ...constant(lost, fate)].sort((a, b) => a.from - b.from),
  };
}

/** Writes the lanes *open* and *excluded*, or *already compensated*. */
export const clip: Block = {
  name: 'clip',
  version: 1,
  purpose: 'Keeps the time in which the shop would have traded, or for which nothing was paid under the same head.',
  inputs: { time: { types: ['time'], about: 'time so far' } },
  params: { to: { kind: 'choice', options: ['opening_hours', 'not_yet_compensated'], about: 'what is kept' } },
  output: () => 'time',
  evaluate(inputs, params, run) {
    const to = params.text('to');
    return value({ type: 'time', time: cut(inputs.time('time'), kept(to, run), FATE[to] ?? 'closed') });
  },
};
