import { compareRatio, ratio, roundRatio, type Ratio } from '../../money/index.js';
import { durationMs, intersect, monthsIn, type Instant, type Interval, type IntervalSet } from '../../time/index.js';
import { value, type Block, type Params, type RunScope } from '../block.js';
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

/** Stretches of a set: runs whose gaps are no longer than `join`. */
function stretches(set: IntervalSet, join: number): IntervalSet[] {
  const found: Interval[][] = [];
  for (const piece of set) {
    const last = found.at(-1);
    const end = last?.at(-1)?.to;
    if (last !== undefined && end !== undefined && piece.from - end <= join) last.push(piece);
    else found.push([piece]);
  }
  return found;
}

/** The sets over each of which one waiting period runs. */
function runsOf(set: IntervalSet, params: Params, { facts }: RunScope): readonly IntervalSet[] {
  const join = params.has('join') ? wholeMs(roundRatio(params.durationMs('join'), 'floor')) : 0;
  const long = (run: IntervalSet): boolean => !params.has('minimumRun') || compareRatio(lengthOf(run), params.durationMs('minimumRun')) >= 0;
  const kept = stretches(set, join).filter(long);
  switch (params.text('per')) {
    case 'incident': return kept;
    case 'month': return monthsIn(facts.claim.window, facts.site.zone).map((month) => intersect(kept.flat(), [month]));
    default: return [kept.flat()];
  }
}

const lengthOf = (set: IntervalSet): Ratio => ratio(BigInt(durationMs(set)));

/** The waiting period is counted in clock time that would otherwise count, whatever its weight. Writes the lane *waiting*. */
export const wait: Block = {
  name: 'wait',
  version: 1,
  group: 'time',
  purpose: 'A waiting period: excess takes the first stretch off, franchise takes all or nothing.',
  rounding: 'none; a period that is no whole number of milliseconds is rounded up',
  example: '16 h of outage after 8 h of waiting: excess leaves the last 8 h, franchise all 16; 8 h exactly leaves nothing where more than 8 h is asked',
  source: 'cyber business interruption (8–12 h, excess or franchise); Korean telecom terms (3 h in a row, 6 h in a month)',
  inputs: { time: { types: ['time'], about: 'time so far' } },
  params: {
    length: { kind: 'duration', about: 'the waiting period' },
    kind: { kind: 'choice', options: ['excess', 'franchise'], about: 'excess: only what comes after; franchise: all, once reached' },
    per: { kind: 'choice', options: ['claim', 'incident', 'month'], byDefault: 'claim', about: 'what one waiting period runs over: all time of the claim, each stretch, each calendar month' },
    reached: { kind: 'choice', options: ['more_than', 'at_least'], byDefault: 'more_than', about: 'whether exactly the period is already enough' },
    minimumRun: { kind: 'duration', optional: true, about: 'shorter stretches do not count at all' },
    join: { kind: 'duration', optional: true, about: 'stretches with a gap no longer than this are one' },
  },
  output: () => 'time',
  evaluate(inputs, params, run) {
    const time: TimeValue = inputs.time('time');
    const length = params.durationMs('length');
    const whole = wholeMs(roundRatio(length, 'ceiling'));
    const enough = params.text('reached') === 'at_least' ? 0 : 1;
    const keep = runsOf(setOf(time.pieces), params, run).flatMap((set) => {
      const reached = set.length > 0 && compareRatio(lengthOf(set), length) >= enough;
      return !reached ? [] : params.text('kind') === 'franchise' ? set : after(set, whole);
    });
    return value({ type: 'time', time: cut(time, keep, 'waiting') });
  },
};

/** A count of milliseconds small enough to be an instant's number. */
const wholeMs = (ms: bigint): number => Number.parseInt(ms.toString(), 10);
