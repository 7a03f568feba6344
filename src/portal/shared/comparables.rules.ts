import type { AssessmentResult } from '../../core/assessment/index.js';
import { compareRatio, divideRatio, formatRatio, parseRatio, subtractRatio, ZERO, type Ratio } from '../../core/money/index.js';

export interface Bar {
  readonly label: string;
  readonly minor: string;
  /** Per cent of the longest bar, for the drawing. */
  readonly width: string;
  readonly actual: boolean;
}

interface Money { readonly minor?: unknown; readonly samples?: unknown }

const isMoney = (value: unknown): value is Money => typeof value === 'object' && value !== null && 'minor' in value;

const ratioOf = (minor: string): Ratio => {
  const read = parseRatio(minor);
  return read.ok ? read.value : ZERO;
};

interface Words { readonly thisTime: string; readonly thisWeek: string; dayOf(isoDate: string): string }

/** What was sold in the week of the loss, where only the expected sales and the shortfall are known. */
const soldInWeek = (expected: unknown, shortfall: unknown): string | undefined =>
  (typeof expected === 'string' && typeof shortfall === 'string' && ratioOf(shortfall).num > 0n ? formatRatio(subtractRatio(ratioOf(expected), ratioOf(shortfall))) : undefined);

/**
 * Comparable windows and the one of the loss, as bars: what was sold in other weeks, and this time. Where whole weeks are compared,
 * the week of the loss is what the shortfall leaves of the expected sales, if there was one.
 */
export function comparableBars({ trace }: Pick<AssessmentResult, 'trace'>, words: Words): Bar[] {
  const output = (block: string): Money | undefined => {
    const found = trace.find((node) => node.block.startsWith(`${block}@`))?.output;
    return isMoney(found) ? found : undefined;
  };
  const samples = (output('baseline')?.samples ?? []) as readonly { label: string; minor: string }[];
  const actual = output('actual')?.minor;
  const inWeek = actual === undefined ? soldInWeek(output('baseline')?.minor, output('shortfall')?.minor) : undefined;
  const bars = [
    ...samples.map(({ label, minor }) => ({ label: /^\d{4}-\d{2}-\d{2}$/.test(label) ? words.dayOf(label) : label, minor, actual: false })),
    ...(typeof actual === 'string' ? [{ label: words.thisTime, minor: actual, actual: true }] : []),
    ...(inWeek === undefined ? [] : [{ label: words.thisWeek, minor: inWeek, actual: true }]),
  ];
  if (samples.length === 0) return [];
  const longest = bars.map(({ minor }) => ratioOf(minor)).reduce((most, next) => (compareRatio(next, most) > 0 ? next : most), ZERO);
  return bars.map((bar) => {
    const part = longest.num === 0n || ratioOf(bar.minor).num < 0n ? ZERO : divideRatio(ratioOf(bar.minor), longest);
    return { ...bar, width: `${((part.num * 100n) / part.den).toString()}%` };
  });
}
