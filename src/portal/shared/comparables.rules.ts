import type { AssessmentResult } from '../../core/assessment/index.js';
import { compareRatio, divideRatio, parseRatio, ZERO, type Ratio } from '../../core/money/index.js';

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

/** Comparable windows and the one of the loss, as bars: what was sold in the same hours of other weeks, and this time. */
export function comparableBars({ trace }: Pick<AssessmentResult, 'trace'>, thisTime: string): Bar[] {
  const output = (block: string): Money | undefined => {
    const found = trace.find((node) => node.block.startsWith(`${block}@`))?.output;
    return isMoney(found) ? found : undefined;
  };
  const samples = (output('baseline')?.samples ?? []) as readonly { label: string; minor: string }[];
  const actual = output('actual')?.minor;
  const bars = [
    ...samples.map(({ label, minor }) => ({ label, minor, actual: false })),
    ...(typeof actual === 'string' ? [{ label: thisTime, minor: actual, actual: true }] : []),
  ];
  if (samples.length === 0) return [];
  const longest = bars.map(({ minor }) => ratioOf(minor)).reduce((most, next) => (compareRatio(next, most) > 0 ? next : most), ZERO);
  return bars.map((bar) => {
    const part = longest.num === 0n || ratioOf(bar.minor).num < 0n ? ZERO : divideRatio(ratioOf(bar.minor), longest);
    return { ...bar, width: `${((part.num * 100n) / part.den).toString()}%` };
  });
}
