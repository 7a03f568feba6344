import { addRatio, compareRatio, formatRatio, multiplyRatio, ratio, ZERO, type Amount, type Ratio } from '../../money/index.js';
import {
  addLocalDays, contains, dateOf, durationMs, intersect, openIntervals, overlaps, toLocal, type Instant, type Interval, type IntervalSet, type Piece,
} from '../../time/index.js';
import { pending, value, type Block, type Outcome, type Params, type RunScope } from '../block.js';
import { troubledTime } from '../recorded.js';
import type { Sample, TimeValue } from '../value.js';

type Skipped = 'closed' | 'not_covered' | 'outage' | 'clock_change';

/** The pieces of a window the same clock time `weeks` weeks earlier; undefined where a clock change bends one of them. */
function shifted(pieces: TimeValue['pieces'], zone: string, weeks: number): Piece<Ratio>[] | undefined {
  const moved = pieces.map(({ from, to, value: weight }) => ({
    from: addLocalDays(from, zone, -7 * weeks), to: addLocalDays(to, zone, -7 * weeks), value: weight,
  }));
  return moved.every((piece, index) => piece.to - piece.from === (pieces[index] as Interval).to - (pieces[index] as Interval).from) ? moved : undefined;
}

function fault(windows: IntervalSet, span: Interval, run: RunScope, troubled: IntervalSet): Skipped | undefined {
  const { site, sales } = run.facts;
  const open = openIntervals(site.openingHours, span);
  if (!contains(open, windows)) return 'closed';
  if (!contains(sales?.coverage ?? [], intersect(windows, open))) return 'not_covered';
  return overlaps(windows, troubled) ? 'outage' : undefined;
}

const spanOf = (pieces: readonly Interval[]): Interval => ({ from: (pieces[0] as Interval).from, to: (pieces.at(-1) as Interval).to });

interface Week {
  readonly label: string;
  readonly windows: readonly Piece<Ratio>[];
}

function usableWeeks(time: TimeValue, params: Params, run: RunScope): { weeks: Week[]; skipped: { week: string; why: Skipped }[] } {
  const { zone } = run.facts.site.openingHours;
  const troubled = troubledTime(run.facts);
  const weeks: Week[] = [];
  const skipped: { week: string; why: Skipped }[] = [];
  const start = (time.pieces[0] as Interval).from;
  for (let back = 1; back <= params.count('lookBack') && weeks.length < params.count('samples'); back += 1) {
    const label = dateOf(toLocal(addLocalDays(start, zone, -7 * back), zone));
    const windows = shifted(time.pieces, zone, back);
    const why = windows === undefined ? 'clock_change' : fault(windows, spanOf(windows), run, troubled);
    if (windows !== undefined && why === undefined) weeks.push({ label, windows });
    else skipped.push({ week: label, why: why ?? 'clock_change' });
  }
  return { weeks, skipped };
}

const byAmount = (a: Sample, b: Sample): number => compareRatio(a.amount.minor, b.amount.minor);

/** The middle figure by the named method; `samples` is not empty. */
function centre(samples: readonly Sample[], method: string): Ratio {
  const sorted = [...samples].sort(byAmount);
  const minor = (index: number): Ratio => (sorted[index] as Sample).amount.minor;
  const half = sorted.length >> 1;
  switch (method) {
    case 'max': return minor(sorted.length - 1);
    case 'mean': return multiplyRatio(sorted.reduce((sum, { amount }) => addRatio(sum, amount.minor), ZERO), ratio(1n, BigInt(sorted.length)));
    default: return sorted.length % 2 === 1 ? minor(half) : multiplyRatio(addRatio(minor(half - 1), minor(half)), ratio(1n, 2n));
  }
}

const amount = (minor: Ratio, run: RunScope): Amount => ({ minor, currency: run.currency });

function fromSeries(samples: readonly Sample[], params: Params, run: RunScope): Outcome {
  if (samples.length < params.count('minimum')) return { kind: 'review', reasons: [{ code: 'too_few_comparables', params: { count: String(samples.length) } }] };
  return value({ type: 'money', amount: amount(centre(samples, params.text('method')), run), samples });
}

function fromWeeks(time: TimeValue, params: Params, run: RunScope): Outcome {
  if (run.facts.sales === undefined || time.pieces.length === 0) return value(null, { why: run.facts.sales === undefined ? 'no_sales' : 'no_time' });
  const { weeks, skipped } = usableWeeks(time, params, run);
  const sums = weeks.map(({ label, windows }) => ({
    label, net: run.demand.netOfAll(windows.map(({ from, to, value: weight }) => ({ window: { from, to }, weight }))),
  }));
  const samples = sums.flatMap(({ label, net }) => (net === undefined ? [] : [{ label, amount: amount(net, run) }]));
  if (samples.length < sums.length) return pending;
  if (samples.length < params.count('minimum')) return value(null, { why: 'too_few_comparables', found: samples.length, skipped });
  const sorted = [...samples].sort(byAmount);
  const spread = { lowest: formatRatio((sorted[0] as Sample).amount.minor), highest: formatRatio((sorted.at(-1) as Sample).amount.minor) };
  return value(
    { type: 'money', amount: amount(centre(samples, params.text('method')), run), samples },
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
