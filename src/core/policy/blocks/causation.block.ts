import { addAmount, compareAmount, compareRatio, multiplyRatio, ONE, addRatio, subtractRatio, type Amount, type Ratio } from '../../money/index.js';
import { value, type Block } from '../block.js';
import type { Sample } from '../value.js';

const sumOf = (samples: readonly Sample[]): Amount | undefined =>
  samples.map(({ amount }) => amount).reduce<Amount | undefined>((sum, amount) => (sum === undefined ? amount : addAmount(sum, amount)), undefined);

const scaled = ({ minor, currency }: Amount, share: Ratio): Amount => ({ minor: multiplyRatio(minor, share), currency });

/** Periods are paired by position: the first of one series with the first of the others. */
export const causation: Block = {
  name: 'causation',
  version: 1,
  group: 'gates',
  purpose: 'Whether sales fell as an outage makes them fall: by a share over some consecutive periods, and rose again later. Yields a boolean, never denies.',
  rounding: 'none; shares are compared as exact fractions',
  example: '200,000 before and 183,000 in the event, −8.5 % exactly, passes a fall of 8.5 %',
  source: 'Deepwater Horizon settlement, Exhibit 4B (V-shaped revenue pattern)',
  inputs: {
    before: { types: ['series'], about: 'sales of the benchmark periods' },
    during: { types: ['series'], about: 'sales of the same periods in the event' },
    later: { types: ['series'], optional: true, about: 'sales of the same periods afterwards' },
    dependency: { types: ['ratio', 'number'], optional: true, about: 'share of sales that needs the failed service' },
  },
  params: {
    fall: { kind: 'ratio', about: 'least fall against the benchmark' },
    rise: { kind: 'ratio', optional: true, about: 'least later rise over the event, in the same periods' },
    periods: { kind: 'count', about: 'how many consecutive periods are added' },
    leastDependency: { kind: 'ratio', optional: true, about: 'a smaller dependency does not pass' },
  },
  output: () => 'boolean',
  evaluate(inputs, params) {
    const [before, during] = [inputs.samples('before'), inputs.samples('during')];
    const after = inputs.get('later');
    const later = after?.type === 'series' ? after.samples : undefined;
    const length = params.count('periods');
    const dependency = inputs.get('dependency');
    const depends = !params.has('leastDependency')
      || ((dependency?.type === 'ratio' || dependency?.type === 'number') && compareRatio(dependency.ratio, params.ratio('leastDependency')) >= 0);
    const passes = (at: number): boolean => {
      const [old, now] = [sumOf(before.slice(at, at + length)), sumOf(during.slice(at, at + length))];
      if (old === undefined || now === undefined) return false;
      const fell = compareAmount(now, scaled(old, subtractRatio(ONE, params.ratio('fall')))) <= 0;
      if (!fell || !params.has('rise')) return fell;
      const again = sumOf((later ?? []).slice(at, at + length));
      return again !== undefined && later !== undefined && later.length >= at + length && compareAmount(again, scaled(now, addRatio(ONE, params.ratio('rise')))) >= 0;
    };
    const last = Math.min(before.length, during.length) - length;
    const starts = Array.from({ length: Math.max(0, last + 1) }, (_, at) => at).filter(passes);
    const [first] = starts;
    return value({ type: 'boolean', is: depends && first !== undefined }, first === undefined ? { why: 'no_such_pattern' } : { from: during[first]?.label ?? '', periods: length });
  },
};
