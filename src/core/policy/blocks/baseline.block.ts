import { compareRatio, formatRatio, type Amount, type Ratio } from '../../money/index.js';
import { centreOf, comparableWeeks, type Centre } from '../../sales/index.js';
import { durationMs, type Instant, type Interval } from '../../time/index.js';
import { pending, value, type Block, type Outcome, type Params, type RunScope } from '../block.js';
import { troubledTime } from '../recorded.js';
import type { Sample, TimeValue } from '../value.js';

const byAmount = (a: Sample, b: Sample): number => compareRatio(a.amount.minor, b.amount.minor);

const centre = (samples: readonly Sample[], params: Params): Ratio => centreOf(samples.map(({ amount: { minor } }) => minor), params.text('method') as Centre);

const amount = (minor: Ratio, run: RunScope): Amount => ({ minor, currency: run.currency });

function fromSeries(samples: readonly Sample[], params: Params, run: RunScope): Outcome {
  if (samples.length < params.count('minimum')) return { kind: 'review', reasons: [{ code: 'too_few_comparables', params: { count: String(samples.length) } }] };
  return value({ type: 'money', amount: amount(centre(samples, params), run), samples });
}

function fromWeeks(time: TimeValue, params: Params, run: RunScope): Outcome {
  if (run.facts.sales === undefined || time.pieces.length === 0) return value(null, { why: run.facts.sales === undefined ? 'no_sales' : 'no_time' });
  const { weeks, skipped } = comparableWeeks(time.pieces, {
    hours: run.facts.site.openingHours, coverage: run.facts.sales.coverage, troubled: troubledTime(run.facts),
    samples: params.count('samples'), lookBack: params.count('lookBack'),
  });
  const sums = weeks.map(({ label, windows }) => ({
    label, net: run.demand.netOfAll(windows.map(({ from, to, value: weight }) => ({ window: { from, to }, weight }))),
  }));
  const samples = sums.flatMap(({ label, net }) => (net === undefined ? [] : [{ label, amount: amount(net, run) }]));
  if (samples.length < sums.length) return pending;
  if (samples.length < params.count('minimum')) return value(null, { why: 'too_few_comparables', found: samples.length, skipped });
  const sorted = [...samples].sort(byAmount);
  const spread = { lowest: formatRatio((sorted[0] as Sample).amount.minor), highest: formatRatio((sorted.at(-1) as Sample).amount.minor) };
  return value(
    { type: 'money', amount: amount(centre(samples, params), run), samples },
    { spread, skipped, hours: durationMs(time.pieces) },
  );
}

/**
 * Expected (but-for) sales: from comparable windows, the same clock time in the weeks before, or from a series the merchant
 * gave. A week is left out where the shop was closed, the file does not speak for it, or a claimed service had trouble.
 */
export const baseline: Block = {
  name: 'baseline',
  version: 1,
  purpose: 'Expected sales, as the median, mean or maximum of comparable windows, with all of them kept for the working.',
  inputs: {
    over: { types: ['time'], optional: true, about: 'the loss window, compared with the same clock time of earlier weeks' },
    candidates: { types: ['series'], optional: true, about: 'sums of whole comparable periods instead' },
  },
  params: {
    method: { kind: 'choice', options: ['median', 'mean', 'max'], about: 'which figure of the comparables counts' },
    samples: { kind: 'count', byDefault: '6', about: 'how many comparable weeks are used at most' },
    minimum: { kind: 'count', byDefault: '6', about: 'fewer than this is no baseline' },
    lookBack: { kind: 'count', byDefault: '12', about: 'how many weeks back comparables may lie' },
  },
  output: () => 'money',
  evaluate(inputs, params, run) {
    const candidates = inputs.get('candidates');
    if (candidates?.type === 'series') return fromSeries(candidates.samples, params, run);
    const over = inputs.get('over');
    return over?.type === 'time' ? fromWeeks(over.time, params, run) : value(null);
  },
};

/** The first instant a policy may look back to, for the loader: the register must be read that far. */
export const lookBackFrom = (window: Interval, weeks: number): Instant => (window.from - weeks * 7 * 86_400_000 - 86_400_000) as Instant;
