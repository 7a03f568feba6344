import type { AssessmentResult } from '../../../core/assessment/index.js';
import { compareRatio, formatRatio, multiplyRatio, parseRatio, ratio, subtractRatio, ZERO, type Ratio } from '../../../core/money/index.js';
import { dateAt, durationMs, type Interval } from '../../../core/time/index.js';

/** What makes a pair of claims worth a second look; a verdict on the pair settles all of them. */
export const PAIR_SIGNALS = ['shared_document', 'shared_sales', 'shared_account', 'same_number', 'same_place'] as const;
export type PairSignalCode = (typeof PAIR_SIGNALS)[number];

export const FIGURE_SIGNALS = ['declared_beyond', 'above_edge', 'closed_hours'] as const;
export type FigureSignalCode = (typeof FIGURE_SIGNALS)[number];

/** What filed papers say of themselves. */
export const PAPER_SIGNALS = ['papers_newer'] as const;
export type PaperSignalCode = (typeof PAPER_SIGNALS)[number];

/** Something odd about a claim, for staff only. It may send the claim to a person, and never refuses it. */
export interface Signal {
  readonly code: PairSignalCode | FigureSignalCode | PaperSignalCode;
  readonly effect: 'refers' | 'informs';
  /** Minor units, milliseconds, exact figures, days or a file's name, as text. */
  readonly params: Readonly<Record<string, string>>;
  /** The claims it is about besides this one. */
  readonly claimIds: readonly string[];
}

/** One place in two schemes is what some schemes are for. */
const INFORMING: readonly PairSignalCode[] = ['same_place'];

export const effectOf = (code: PairSignalCode): Signal['effect'] => (INFORMING.includes(code) ? 'informs' : 'refers');

/** A figure within two per cent above the edge of a band lies just above it. */
const JUST_ABOVE = ratio(102n, 100n);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function ratioIn(value: unknown): Ratio | undefined {
  const text = isObject(value) ? (value['minor'] ?? value['number'] ?? value['ratio'] ?? value['amount']) : value;
  const read = typeof text === 'string' ? parseRatio(text) : undefined;
  return read?.ok === true ? read.value : undefined;
}

/** More than even the best comparable time would have brought beyond what was sold. */
function declaredBeyond({ trace }: Pick<AssessmentResult, 'trace'>, declaredMinor: string | null): Signal[] {
  const outputOf = (block: string): unknown => trace.find((node) => node.block.startsWith(`${block}@`))?.output;
  const [baseline, sold, declared] = [outputOf('baseline'), ratioIn(outputOf('actual')), ratioIn(declaredMinor)];
  const samples = isObject(baseline) && Array.isArray(baseline['samples']) ? (baseline['samples'] as readonly unknown[]).flatMap((sample) => ratioIn(sample) ?? []) : [];
  if (declared === undefined || sold === undefined || samples.length === 0) return [];
  const best = samples.reduce((most, next) => (compareRatio(next, most) > 0 ? next : most), ZERO);
  const most = subtractRatio(best, sold);
  if (compareRatio(declared, most) <= 0) return [];
  return [{ code: 'declared_beyond', effect: 'refers', claimIds: [], params: { declaredMinor: formatRatio(declared), mostMinor: formatRatio(compareRatio(most, ZERO) > 0 ? most : ZERO) } }];
}

const NAMED = /^\$inputs\.([A-Za-z][A-Za-z0-9_]*)$/;

/** An answer that lies just above the edge of a band it was sorted by. */
function aboveEdge({ trace, inputs }: Pick<AssessmentResult, 'trace' | 'inputs'>): Signal[] {
  return trace.flatMap((node): Signal[] => {
    const asked = node.block.startsWith('band@') ? NAMED.exec(node.inputs['value'] ?? '')?.[1] : undefined;
    const [answer, bands] = [asked === undefined ? undefined : ratioIn(inputs[asked]), node.params['bands']?.value];
    if (asked === undefined || answer === undefined || !Array.isArray(bands)) return [];
    const edges = (bands as readonly unknown[]).flatMap((band) => (isObject(band) ? ratioIn(band['upTo']) ?? [] : []));
    const edge = edges.find((one) => compareRatio(answer, one) > 0 && compareRatio(answer, multiplyRatio(one, JUST_ABOVE)) <= 0);
    return edge === undefined ? [] : [{ code: 'above_edge', effect: 'refers', claimIds: [], params: { input: asked, answer: formatRatio(answer), edge: formatRatio(edge) } }];
  });
}

/** Most of the time claimed lies outside opening hours. A window that is simply the outage's has nights in it, so this only informs. */
function closedHours({ lanes, totals }: Pick<AssessmentResult, 'lanes' | 'totals'>): Signal[] {
  const closedMs = totals.windowMs - durationMs(lanes.open);
  return lanes.open.length === 0 || closedMs * 2 <= totals.windowMs ? []
    : [{ code: 'closed_hours', effect: 'informs', claimIds: [], params: { closedMs: String(closedMs), windowMs: String(totals.windowMs) } }];
}

/** What the working itself gives away; pure. Edge: a loss of exactly the most that was possible, or a figure on the edge, is no signal. */
export const figureSignals = (result: AssessmentResult, declaredMinor: string | null): Signal[] =>
  [...declaredBeyond(result, declaredMinor), ...aboveEdge(result), ...closedHours(result)];

/**
 * The day that had begun everywhere when the event ended: a file states its day in no zone, and is newer only where it is in every one.
 * Example: an event that ends at 13:30 in London on 13 October ended on the 14th in Kiritimati; a photo of the 14th is no signal, one of
 * the 15th is.
 */
export const lastDayOf = ({ to }: Interval): string => dateAt(to, 'Etc/GMT-14');

/** Contracts, certificates or photos that are younger than what they are to prove, by their own statement; given the newest first. */
export const paperSignals = (newer: readonly { readonly fileName: string; readonly statedOn: string }[], window: Interval): Signal[] => newer.slice(0, 1).map(({ fileName, statedOn }) => ({
  code: 'papers_newer', effect: 'refers', claimIds: [], params: { file: fileName, statedOn, endedOn: lastDayOf(window), others: String(newer.length - 1) },
}));

/** Ids of a pair in the order they are kept. */
export const pairOf = (one: string, other: string): readonly [string, string] => (one < other ? [one, other] : [other, one]);
