import type { AssessmentResult } from '../../core/assessment/index.js';
import { compareRatio, divideRatio, parseRatio, ZERO, type Ratio } from '../../core/money/index.js';
import type { Bar } from '../shared/comparables.rules.js';

/** Sales of comparable times and of this one over one scale, with the band that was expected; the drawing and its table are made of these rows. */
export interface SalesChart {
  readonly rows: readonly (Bar & { readonly isOutside: boolean })[];
  /** Per cent of the longest bar. */
  readonly band: { readonly from: string; readonly width: string; readonly expected: string } | undefined;
  readonly lowestMinor: string | undefined;
  readonly highestMinor: string | undefined;
  readonly expectedMinor: string | undefined;
  /** Weeks that were looked at and not used. */
  readonly dropped: readonly { readonly week: string; readonly why: string }[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const textIn = (value: unknown, name: string): string | undefined => (isObject(value) && typeof value[name] === 'string' ? value[name] : undefined);

const ratioOf = (minor: string | undefined): Ratio => {
  const read = parseRatio(minor ?? '');
  return read.ok ? read.value : ZERO;
};

/** Whole per cent of the longest; nought for what is below nought. */
function percent(part: Ratio, longest: Ratio): bigint {
  if (longest.num === 0n || part.num <= 0n) return 0n;
  const share = divideRatio(part, longest);
  return (share.num * 100n) / share.den;
}

function droppedOf(skipped: unknown): { week: string; why: string }[] {
  return Array.isArray(skipped) ? (skipped as readonly unknown[]).flatMap((one) => {
    const [week, why] = [textIn(one, 'week'), textIn(one, 'why')];
    return week === undefined || why === undefined ? [] : [{ week, why }];
  }) : [];
}

/** Pure. `bars` are those that the merchant is shown; the band is from the lowest to the highest comparable. Edge: without comparables there is no band, and dropped weeks are told all the same. */
export function salesChart({ trace }: Pick<AssessmentResult, 'trace'>, bars: readonly Bar[]): SalesChart {
  const node = trace.find(({ block }) => block.startsWith('baseline@'));
  const working = isObject(node?.working) ? node.working : {};
  const [lowest, highest] = [textIn(working['spread'], 'lowest'), textIn(working['spread'], 'highest')];
  const expected = textIn(node?.output, 'minor');
  const longest = bars.map(({ minor }) => ratioOf(minor)).reduce((most, next) => (compareRatio(next, most) > 0 ? next : most), ZERO);
  const [from, to] = [percent(ratioOf(lowest), longest), percent(ratioOf(highest), longest)];
  return {
    rows: bars.map((bar) => ({ ...bar, isOutside: lowest !== undefined && compareRatio(ratioOf(bar.minor), ratioOf(lowest)) < 0 })),
    band: lowest === undefined || highest === undefined ? undefined : { from: `${from}%`, width: `${to - from}%`, expected: `${percent(ratioOf(expected), longest)}%` },
    lowestMinor: lowest, highestMinor: highest, expectedMinor: expected, dropped: droppedOf(working['skipped']),
  };
}
