import { compareAmount, ONE, scaleAmount, subtractAmount, ZERO, type Amount } from '../../money/index.js';
import { constant, openIntervals, type Instant, type Interval, type IntervalSet } from '../../time/index.js';
import { money, pending, value, type Block, type Outcome, type Params, type RunScope } from '../block.js';
import type { Sample, TimeValue } from '../value.js';
import { weeksOf } from './baseline.block.js';

const HOUR = 3_600_000;
const FARTHEST = 60 * 24 * HOUR;

/** The first `hours` open hours after an instant. */
function openHoursAfter(from: Instant, hours: number, { facts }: RunScope): IntervalSet {
  let left = hours * HOUR;
  return openIntervals(facts.site.openingHours, { from, to: (from + FARTHEST) as Instant }).flatMap((piece): Interval[] => {
    const length = Math.min(left, piece.to - piece.from);
    left -= length;
    return length > 0 ? [{ from: piece.from, to: (piece.from + length) as Instant }] : [];
  });
}

/** What exceeds the highest comparable (or the expected figure), not more than the loss. */
function madeUp(sold: Amount, usual: Amount, loss: Amount, params: Params): Outcome {
  const none: Amount = { minor: ZERO, currency: loss.currency };
  const above = subtractAmount(sold, usual);
  const share = above.minor.num <= 0n ? none : scaleAmount(above, params.ratio('share'));
  return money(compareAmount(share, loss) > 0 ? loss : share);
}

const highest = (samples: readonly Sample[]): Amount | undefined =>
  samples.map(({ amount }) => amount).reduce<Amount | undefined>((best, next) => (best === undefined || compareAmount(next, best) > 0 ? next : best), undefined);

/** The make-up window: open hours after the last of the loss window. */
function windowsAfter(time: TimeValue, params: Params, run: RunScope): IntervalSet {
  const end = time.pieces.at(-1)?.to;
  return end === undefined ? [] : openHoursAfter(end, params.count('openHours'), run);
}

function fromRecords(time: TimeValue, loss: Amount, params: Params, run: RunScope): Outcome {
  if (run.facts.sales === undefined) return value(null, { why: 'no_sales' });
  const windows = windowsAfter(time, params, run);
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return value(null, { why: 'no_time' });
  const after: TimeValue = { window: { from: first.from, to: last.to }, pieces: constant(windows, ONE), removed: [] };
  const comparable = weeksOf(after, { samples: params.count('samples'), lookBack: params.count('lookBack') }, run);
  const sold = run.demand.netOfAll(windows.map((window) => ({ window, weight: ONE })));
  if (comparable === undefined || sold === undefined) return pending;
  const usual = highest(comparable.samples);
  return usual === undefined ? value(null, { why: 'too_few_comparables' }) : madeUp({ minor: sold, currency: run.currency }, usual, loss, params);
}

/** Sales that came later instead of never. Not every later rise is one, so only what no comparable reached counts. */
export const makeup: Block = {
  name: 'makeup',
  version: 1,
  group: 'loss',
  purpose: 'Make-up (deferred) sales after restoration: what exceeds every comparable, capped at the loss. Takes off, never adds.',
  rounding: 'none',
  example: 'a loss of 712 and 150 above the usual in the make-up window: 150; 900 above: 712',
  source: 'loss adjusters\' practice (sales deferred, not lost)',
  inputs: {
    loss: { types: ['money'], about: 'the loss it is taken off' },
    after: { types: ['time'], optional: true, about: 'the loss window: open hours after its end are looked at' },
    sold: { types: ['money'], optional: true, about: 'or: what was sold in the make-up window' },
    usual: { types: ['money'], optional: true, about: 'and: what would have been sold in it; its highest comparable where it has some' },
  },
  params: {
    openHours: { kind: 'count', byDefault: '8', about: 'length of the make-up window in open hours' },
    share: { kind: 'ratio', byDefault: '1', about: 'how much of the excess counts' },
    samples: { kind: 'count', byDefault: '6', about: 'how many comparable weeks are used at most' },
    lookBack: { kind: 'count', byDefault: '12', about: 'how many weeks back comparables may lie' },
  },
  output: () => 'money',
  evaluate(inputs, params, run) {
    const [after, sold, usual] = [inputs.get('after'), inputs.get('sold'), inputs.get('usual')];
    const loss = inputs.money('loss');
    if (after?.type === 'time') return fromRecords(after.time, loss, params, run);
    if (sold?.type !== 'money' || usual?.type !== 'money') return value(null, { why: 'nothing_to_compare' });
    return madeUp(sold.amount, highest(usual.samples ?? []) ?? usual.amount, loss, params);
  },
  reaches(inputs, params, run) {
    const after = inputs.get('after');
    return after?.type === 'time' ? windowsAfter(after.time, params, run) : [];
  },
};
