import { compareRatio, ratio, roundRatio } from '../../money/index.js';
import { durationMs, type Instant, type IntervalSet } from '../../time/index.js';
import { value, type Block } from '../block.js';
import { setOf, type TimeValue } from '../value.js';
import { cut } from './clip.block.js';

/** What is left of a set after its first `ms` milliseconds. */
function after(set: IntervalSet, ms: number): IntervalSet {
  let left = ms;
  return set.flatMap(({ from, to }) => {
    const skipped = Math.min(left, to - from);
    left -= skipped;
    return from + skipped < to ? [{ from: (from + skipped) as Instant, to }] : [];
  });
}

/**
 * The waiting period is counted in clock time that would otherwise count, whatever its weight, over all pieces of the claim
 * window: one incident, one waiting period. Writes the lane *waiting*.
 */
export const wait: Block = {
  name: 'wait',
  version: 1,
  purpose: 'A waiting period: excess takes the first stretch off, franchise takes all or nothing.',
  inputs: { time: { types: ['time'], about: 'time so far' } },
  params: {
    length: { kind: 'duration', about: 'the waiting period' },
    kind: { kind: 'choice', options: ['excess', 'franchise'], about: 'excess: only what comes after; franchise: all, once reached' },
    per: { kind: 'choice', options: ['incident'], byDefault: 'incident', about: 'what the period is counted over' },
  },
  output: () => 'time',
  evaluate(inputs, params) {
    const time: TimeValue = inputs.time('time');
    const set = setOf(time.pieces);
    const length = params.durationMs('length');
    const reached = compareRatio(ratio(BigInt(durationMs(set))), length) > 0;
    const whole = wholeMs(roundRatio(length, 'ceiling'));
    const keep = !reached ? [] : params.text('kind') === 'franchise' ? set : after(set, whole);
    return value({ type: 'time', time: cut(time, keep, 'waiting') });
  },
};

/** A count of milliseconds small enough to be an instant's number. */
const wholeMs = (ms: bigint): number => Number.parseInt(ms.toString(), 10);
