import { addRatio, multiplyRatio, ratio, roundRatio, ZERO, type Ratio, type Rounding } from '../../money/index.js';
import { durationMs } from '../../time/index.js';
import { value, type Block } from '../block.js';
import { inUnits } from '../scalar.js';
import { setOf, type TimeValue } from '../value.js';

/** Σ duration × weight, exact, in milliseconds. */
export const weightedMs = ({ pieces }: TimeValue): Ratio =>
  pieces.reduce((sum, { from, to, value: weight }) => addRatio(sum, multiplyRatio(ratio(BigInt(to - from)), weight)), ZERO);

const longestMs = ({ pieces }: TimeValue): Ratio => {
  const merged = setOf(pieces).reduce<{ from: number; to: number }[]>((runs, { from, to }) => {
    const last = runs.at(-1);
    if (last !== undefined && last.to === from) last.to = to;
    else runs.push({ from, to });
    return runs;
  }, []);
  return ratio(BigInt(merged.reduce((longest, { from, to }) => Math.max(longest, to - from), 0)));
};

export const measure: Block = {
  name: 'measure',
  version: 1,
  purpose: 'Turns time into a number of units, with the rule for part units named.',
  inputs: { time: { types: ['time'], about: 'counted time' } },
  params: {
    unit: { kind: 'choice', options: ['minute', 'hour', 'day'], about: 'a day is 24 nominal hours' },
    parts: { kind: 'choice', options: ['exact', 'floor', 'ceiling', 'half_up'], about: 'what happens to a part unit' },
    count: { kind: 'choice', options: ['cumulative', 'longest'], byDefault: 'cumulative', about: 'all of it, or the longest stretch' },
  },
  output: () => 'number',
  evaluate(inputs, params) {
    const time = inputs.time('time');
    const ms = params.text('count') === 'longest' ? longestMs(time) : weightedMs(time);
    const units = inUnits(ms, params.text('unit') as 'minute' | 'hour' | 'day');
    const parts = params.text('parts');
    return value(
      { type: 'number', ratio: parts === 'exact' ? units : ratio(roundRatio(units, parts as Rounding)) },
      { clockMs: durationMs(setOf(time.pieces)) },
    );
  },
};
