import { compareRatio, formatRatio, type Amount, type Ratio } from '../../money/index.js';
import { centreOf, comparableWeeks, type Centre } from '../../sales/index.js';
import { durationMs } from '../../time/index.js';
import { pending, value, type Block, type Outcome, type Params, type RunScope } from '../block.js';
import { troubledTime } from '../recorded.js';
import type { Sample, TimeValue } from '../value.js';

const byAmount = (a: Sample, b: Sample): number => compareRatio(a.amount.minor, b.amount.minor);

/** With `best`, only the highest so many comparables are looked at. */
function centre(samples: readonly Sample[], params: Params): Ratio {
  const sorted = [...samples].sort(byAmount);
  const used = params.has('best') ? sorted.slice(-params.count('best')) : sorted;
  return centreOf(used.map(({ amount: { minor } }) => minor), params.text('method') as Centre);
}

const amount = (minor: Ratio, run: RunScope): Amount => ({ minor, currency: run.currency });

function spreadOf(samples: readonly Sample[]): { lowest: string; highest: string } {
  const sorted = [...samples].sort(byAmount);
  return { lowest: formatRatio((sorted[0] as Sample).amount.minor), highest: formatRatio((sorted.at(-1) as Sample).amount.minor) };
}

const tooFew = (params: Params, found: number, more: object): Outcome => (params.text('tooFew') === 'review'
  ? { kind: 'review', reasons: [{ code: 'too_few_comparables', params: { count: String(found) } }], working: { found, ...more } }
  : value(null, { why: 'too_few_comparables', found, ...more }));

function fromSeries(samples: readonly Sample[], params: Params, run: RunScope): Outcome {
  if (samples.length < Math.max(1, params.count('minimum'))) return tooFew(params, samples.length, {});
  return value({ type: 'money', amount: amount(centre(samples, params), run), samples }, { spread: spreadOf(samples) });
}

/** Comparable windows of the loss window, with their sums; pending while a sum is missing. */
export function weeksOf(time: TimeValue, { samples, lookBack }: { samples: number; lookBack: number }, run: RunScope) {
  const { weeks, skipped } = run.once(time.pieces, `weeks ${samples}/${lookBack}`, () => comparableWeeks(time.pieces, {
    hours: run.facts.site.openingHours, coverage: run.facts.sales?.coverage ?? [], troubled: troubledTime(run.facts), samples, lookBack,
  }));
  const sums = weeks.map(({ label, windows }) => ({
    label, net: run.demand.netOfAll(windows.map(({ from, to, value: weight }) => ({ window: { from, to }, weight }))),
  }));
  const known = sums.flatMap(({ label, net }): Sample[] => (net === undefined ? [] : [{ label, amount: amount(net, run) }]));
  return known.length < sums.length ? undefined : { samples: known, skipped };
}

function fromWeeks(time: TimeValue, params: Params, run: RunScope): Outcome {
  if (run.facts.sales === undefined || time.pieces.length === 0) return value(null, { why: run.facts.sales === undefined ? 'no_sales' : 'no_time' });
  const found = weeksOf(time, { samples: params.count('samples'), lookBack: params.count('lookBack') }, run);
  if (found === undefined) return pending;
  const { samples, skipped } = found;
  if (samples.length < Math.max(1, params.count('minimum'))) return tooFew(params, samples.length, { skipped });
  return value(
    { type: 'money', amount: amount(centre(samples, params), run), samples },
    { spread: spreadOf(samples), skipped, hours: durationMs(time.pieces) },
  );
}

/**
 * Expected (but-for) sales: from comparable windows, the same clock time in the weeks before, or from a series the merchant
 * gave. A week is left out where the shop was closed, the file does not speak for it, or a claimed service had trouble.
 */
export const baseline: Block = {
  name: 'baseline',
  version: 1,
  group: 'loss',
  purpose: 'Expected sales, as the median, mean, lowest or highest of comparable windows, with all of them kept for the working.',
  rounding: 'none; of an even number the median is exactly half way',
  example: 'four Saturdays of 1,000, 1,100, 900 and 1,200: mean and median are 1,050, the highest is 1,200',
  source: 'Kakao 2022 (best week); loss adjusters\' practice (same weekday, previous weeks)',
  inputs: {
    over: { types: ['time'], optional: true, about: 'the loss window, compared with the same clock time of earlier weeks' },
    candidates: { types: ['series'], optional: true, about: 'sums of whole comparable periods instead' },
  },
  params: {
    method: { kind: 'choice', options: ['median', 'mean', 'max', 'min'], about: 'which figure of the comparables counts' },
    samples: { kind: 'count', byDefault: '6', about: 'how many comparable weeks are used at most' },
    minimum: { kind: 'count', byDefault: '6', about: 'fewer than this is no baseline' },
    lookBack: { kind: 'count', byDefault: '12', about: 'how many weeks back comparables may lie' },
    best: { kind: 'count', optional: true, about: 'only the highest so many comparables are used ("best n")' },
    tooFew: { kind: 'choice', options: ['null', 'review'], byDefault: 'null', about: 'with too few comparables: no figure, so that a fallback can follow, or a person looks' },
  },
  output: () => 'money',
  evaluate(inputs, params, run) {
    const candidates = inputs.get('candidates');
    if (candidates?.type === 'series') return fromSeries(candidates.samples, params, run);
    const over = inputs.get('over');
    return over?.type === 'time' ? fromWeeks(over.time, params, run) : value(null);
  },
};
