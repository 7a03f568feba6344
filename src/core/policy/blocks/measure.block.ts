import { addRatio, compareRatio, multiplyRatio, ratio, roundRatio, ZERO, type Ratio, type Rounding } from '../../money/index.js';
import { datesIn, durationMs, normalise, type Piece } from '../../time/index.js';
import { value, type Block } from '../block.js';
import { inUnits, type TimeUnit } from '../scalar.js';
import { setOf, type TimeValue } from '../value.js';

const weighted = (pieces: readonly Piece<Ratio>[]): Ratio =>
  pieces.reduce((sum, { from, to, value: weight }) => addRatio(sum, multiplyRatio(ratio(BigInt(to - from)), weight)), ZERO);

/** Σ duration × weight, exact, in milliseconds. */
export const weightedMs = ({ pieces }: TimeValue): Ratio => weighted(pieces);

/** Pieces that touch, together. */
function runsOf(pieces: readonly Piece<Ratio>[]): Piece<Ratio>[][] {
  const runs: Piece<Ratio>[][] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last?.at(-1)?.to === piece.from) last.push(piece);
    else runs.push([piece]);
  }
  return runs;
}

export const measure: Block = {
  name: 'measure',
  version: 1,
  group: 'time',
  purpose: 'Turns time into a number of units, with the rule for part units named.',
  rounding: 'as `parts` says, of each stretch or of the whole as `of` says',
  example: '127 h 30 min are 5 whole days, 6 begun ones, and touch 6 dates; 59 s and 59 s are 0 whole minutes of stretches',
  source: 'KT 2018 (days), KDDI (whole 24-hour units), Google Compute Engine (whole minutes of each stretch)',
  inputs: { time: { types: ['time'], about: 'counted time' } },
  params: {
    unit: { kind: 'choice', options: ['minute', 'hour', 'day', 'week', 'date'], about: 'a day is 24 nominal hours; a date is a local calendar day that is touched' },
    parts: { kind: 'choice', options: ['exact', 'floor', 'ceiling', 'half_up'], about: 'what happens to a part unit' },
    of: { kind: 'choice', options: ['whole', 'stretch'], byDefault: 'whole', about: 'parts are rounded of the whole, or of each stretch before adding' },
    count: { kind: 'choice', options: ['cumulative', 'longest'], byDefault: 'cumulative', about: 'all of it, or the longest stretch' },
  },
  output: () => 'number',
  evaluate(inputs, params, { facts }) {
    const { pieces } = inputs.time('time');
    const clockMs = durationMs(setOf(pieces));
    if (params.text('unit') === 'date') {
      const dates = new Set(normalise(setOf(pieces)).flatMap((piece) => datesIn(piece, facts.site.zone)));
      return value({ type: 'number', ratio: ratio(BigInt(dates.size)) }, { clockMs });
    }
    const parts = params.text('parts');
    const units = (ms: Ratio): Ratio => {
      const exact = inUnits(ms, params.text('unit') as TimeUnit);
      return parts === 'exact' ? exact : ratio(roundRatio(exact, parts as Rounding));
    };
    const stretches = runsOf(pieces).map(weighted);
    const longest = stretches.reduce((best, next) => (compareRatio(next, best) > 0 ? next : best), ZERO);
    const each = params.text('of') === 'stretch' ? stretches.map(units).reduce(addRatio, ZERO) : units(weighted(pieces));
    return value({ type: 'number', ratio: params.text('count') === 'longest' ? units(longest) : each }, { clockMs });
  },
};
