import type { AssessmentResult } from '../../core/assessment/index.js';
import type { Method } from './methods.rules.js';

/** What can be said about the sum before anybody has filed. */
export type Range =
  | { readonly kind: 'sum'; readonly minor: string }
  | { readonly kind: 'between'; readonly fromMinor: string; readonly toMinor: string | undefined }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

export interface MethodEffect {
  readonly input: string;
  readonly options: readonly { readonly value: string | boolean; readonly chosen: boolean; readonly cashMinor: string | undefined }[];
}

/** Runs of each method's options, in order, beside what was chosen. */
export function takenOf(methods: readonly Method[], results: readonly (AssessmentResult | undefined)[], answers: Readonly<Record<string, unknown>>): MethodEffect[] {
  let at = 0;
  return methods.map(({ input, values }) => ({
    input,
    options: values.map((value) => {
      const cashMinor = results[at]?.cashMinor ?? undefined;
      at += 1;
      return { value, chosen: answers[input] === value, cashMinor };
    }),
  }));
}

interface Traced { readonly minor?: unknown }

/** The cap that a run met on its way, whole minor units; undefined when the policy has none, or none was reached. */
export function capOf(results: readonly (AssessmentResult | undefined)[]): string | undefined {
  const caps = results.flatMap((result) => result?.trace ?? [])
    .filter(({ block }) => block.startsWith('clamp@')).map(({ params }) => (params['cap']?.value as Traced | null | undefined)?.minor);
  return caps.find((minor): minor is string => typeof minor === 'string' && /^\d+$/.test(minor));
}

const most = (sums: readonly string[]): string | undefined => sums.reduce<string | undefined>((best, next) => (best === undefined || BigInt(next) > BigInt(best) ? next : best), undefined);

/**
 * One sum when the records are in and the engine has one. Before that a measured loss is anything from nought to the cap, and a chosen
 * tariff is the least: what is shown by the records can only be more.
 * Edge: a claim that the policy refuses comes to nothing, with sales or without.
 */
export function rangeOf(own: AssessmentResult, methods: readonly MethodEffect[], hasSales: boolean, capMinor: string | undefined): Range {
  if (own.outcome === 'ineligible') return { kind: 'nothing' };
  const measured = own.trace.some(({ block }) => block.startsWith('baseline@')) || own.shownByRecords !== null;
  if (own.cashMinor !== null && (hasSales || !measured)) return { kind: 'sum', minor: own.cashMinor };
  const legs = methods.flatMap(({ options }) => options.flatMap(({ cashMinor }) => cashMinor ?? []));
  if (!measured && legs.length === 0) return { kind: 'unknown' };
  const chosen = own.cashMinor ?? '0';
  const highest = most([...legs, ...(capMinor === undefined ? [] : [capMinor])]);
  return { kind: 'between', fromMinor: chosen, toMinor: capMinor === undefined && measured ? undefined : highest };
}

/** Several estimates as one: what is known to be the least and the most together, and of how many nothing can be said yet. */
export interface RangeSum {
  readonly range: Range;
  readonly open: number;
}

const lowest = (range: Range): bigint => (range.kind === 'sum' ? BigInt(range.minor) : range.kind === 'between' ? BigInt(range.fromMinor) : 0n);
const topmost = (range: Range): bigint | undefined => {
  if (range.kind === 'between') return range.toMinor === undefined ? undefined : BigInt(range.toMinor);
  return range.kind === 'unknown' ? undefined : lowest(range);
};

/**
 * The sum over claims of one currency that are filled in together. Those of which nothing can be said are counted beside it and are not
 * part of it.
 * Edge: one without an upper end takes it from the sum; when nothing can be said of any, nothing can be said.
 */
export function sumOfRanges(ranges: readonly Range[]): RangeSum {
  const known = ranges.filter(({ kind }) => kind !== 'unknown');
  const open = ranges.length - known.length;
  if (known.length === 0) return { range: { kind: 'unknown' }, open };
  const from = known.reduce((sum, range) => sum + lowest(range), 0n);
  const to = known.map(topmost).reduce((sum, top) => (sum === undefined || top === undefined ? undefined : sum + top), 0n);
  if (known.every(({ kind }) => kind === 'nothing')) return { range: { kind: 'nothing' }, open };
  return { open, range: from === to ? { kind: 'sum', minor: from.toString() } : { kind: 'between', fromMinor: from.toString(), toMinor: to?.toString() } };
}
