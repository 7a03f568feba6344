import { currency, exponentOf, formatMoney, money, parseRatio, roundRatio } from '../money/index.js';
import { formatInstant, type Instant } from '../time/index.js';
import type { Json } from '../audit/index.js';
import { reasonText, type CompiledPolicy, type Language, type ReasonCatalogue, type TraceNode } from '../policy/index.js';
import { COUNTED_WORDS, OUTCOME_WORDS, STEP_WORDS, TERM_WORDS } from './explanation-words.js';
import type { AssessmentResult } from './result.js';

/** One line of a working: what it says, the step behind it, and its figure on its own. */
export interface ExplanationLine {
  readonly step?: string;
  readonly text: string;
  readonly figure?: string;
  /** Block version, and each parameter with its published source. */
  readonly source?: string;
}

/** How figures are written: plainly for the API and letters by default, in a page's language and zone for a page. */
export interface FigureStyle {
  /** Minor units as exact ratio text. */
  amount(minor: string, code: string): string;
  duration(ms: number): string;
  pieces(time: readonly WeightedPiece[]): string;
  /** A share such as a margin, and a count such as hours: exact ratio text. */
  share(ratio: string): string;
  count(ratio: string): string;
  truth(is: boolean): string;
}

export interface WeightedPiece {
  readonly from: Instant;
  readonly to: Instant;
  /** Exact ratio text. */
  readonly weight: string;
}

/** Hours, minutes, seconds and milliseconds, as far as they are not nought; exact. Edge: 0 is `0 min`. */
export function durationText(ms: number): string {
  const parts = [[3_600_000, 'h'], [60_000, 'min'], [1_000, 's'], [1, 'ms']] as const;
  let left = ms;
  const said = parts.flatMap(([size, unit]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return said.length === 0 ? '0 min' : said.join(' ');
}

/** Exact decimal text where the fraction has one, else the fraction of the smallest unit; never a rounded figure that looks exact. */
function amountText(minor: string, code: string): string {
  const read = parseRatio(minor);
  if (!read.ok) return minor;
  const unit = currency(code);
  const { num, den } = read.value;
  if (den === 1n) return `${formatMoney(money(num, unit))} ${code}`;
  const digits = decimalDigits(den);
  if (digits === undefined) return `${formatMoney(money(roundRatio(read.value, 'down'), unit))} ${code} + ${num % den}/${den} of its smallest unit`;
  const all = (num * 10n ** BigInt(digits)) / den;
  const shift = digits + exponentOf(unit);
  const text = (all < 0n ? -all : all).toString().padStart(shift + 1, '0');
  return `${all < 0n ? '-' : ''}${text.slice(0, -shift)}.${text.slice(-shift)} ${code}`;
}

/** RFC 3339 in UTC, ISO 4217 codes, exact fractions. */
export const PLAIN_STYLE: FigureStyle = {
  amount: amountText,
  duration: durationText,
  pieces: (time) => (time.length === 0 ? durationText(0) : time.map(({ from, to, weight }) =>
    `${formatInstant(from)} – ${formatInstant(to)} (${durationText(to - from)}${weight === '1' ? '' : ` × ${weight}`})`).join('; ')),
  share: (ratio) => ratio,
  count: (ratio) => ratio,
  truth: String,
};

/** How many decimals write 1/den exactly; undefined when none do (or more than twelve). */
function decimalDigits(den: bigint): number | undefined {
  for (let digits = 1; digits <= 12; digits += 1) if (10n ** BigInt(digits) % den === 0n) return digits;
  return undefined;
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function figureText(value: Json | undefined, code: string, style: FigureStyle): string | undefined {
  if (typeof value === 'boolean') return style.truth(value);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return style.pieces(value);
  if (!isObject(value)) return undefined;
  if (typeof value['minor'] === 'string') return style.amount(value['minor'], code);
  if (typeof value['ms'] === 'string') return style.duration(Number.parseInt(value['ms'], 10));
  if (typeof value['ratio'] === 'string') return style.share(value['ratio']);
  return typeof value['number'] === 'string' ? style.count(value['number']) : undefined;
}

/** Everything a step's sentence may name: its parameters, what it noted while working, and its comparables. */
function namesOf(node: TraceNode, code: string, language: Language, style: FigureStyle): Record<string, string> {
  const said = (text: string): string => TERM_WORDS[text]?.[language] ?? text;
  const params = Object.entries(node.params).map(([name, { value }]) => [name, said(figureText(value, code, style) ?? '')] as const);
  const working = isObject(node.working) ? node.working : {};
  const spread = isObject(working['spread']) ? working['spread'] : {};
  const samples = isObject(node.output) && Array.isArray(node.output['samples']) ? node.output['samples'].length : 0;
  return {
    ...Object.fromEntries(params), count: String(samples),
    ...Object.fromEntries(Object.entries(working).flatMap(([name, value]) => (typeof value === 'number' || typeof value === 'string' ? [[name, String(value)]] : []))),
    ...Object.fromEntries(Object.entries(spread).flatMap(([name, value]) => (typeof value === 'string' ? [[name, style.amount(value, code)]] : []))),
  };
}

/** Where a figure came from: the block's version, and each parameter with its published source. */
function sourceText(node: TraceNode): string {
  const stated = Object.entries(node.params).flatMap(([name, { ref, source }]) => (ref === undefined ? [] : [`${name} = ${ref}${source === undefined ? '' : ` (${source})`}`]));
  return [node.block, ...stated].join('; ');
}

function stepLine(node: TraceNode, code: string, language: Language, style: FigureStyle): ExplanationLine | undefined {
  const words = STEP_WORDS[node.block.split('@')[0] ?? ''];
  const figure = figureText(node.output, code, style);
  if (words === undefined || node.skipped !== undefined || figure === undefined) return undefined;
  return { step: node.id, text: reasonText(words[language], namesOf(node, code, language, style)), figure, source: sourceText(node) };
}

/**
 * The working of an assessment in plain words: outcome, reasons, what became of the claimed time, and every step that ran, each
 * with its figure, block version, parameters and their source. Amounts that are not whole are given exactly, never rounded.
 * Edge: a refused claim has its reasons and its time, and no amounts.
 */
export function explain(
  result: AssessmentResult, policy: CompiledPolicy, reasons: ReasonCatalogue, language: Language, style: FigureStyle = PLAIN_STYLE,
): ExplanationLine[] {
  const code = result.currency;
  const cash = result.cashMinor === null ? undefined : style.amount(result.cashMinor, code);
  const sentence = (reason: { code: string; params: Readonly<Record<string, string>> }): string =>
    reasonText((policy.document.reasons[reason.code] ?? reasons[reason.code])?.[language] ?? reason.code, reason.params);
  const { totals } = result;
  const time = reasonText(COUNTED_WORDS[language], {
    window: style.duration(totals.windowMs), notRecorded: style.duration(totals.notRecordedMs), excluded: style.duration(totals.excludedMs),
    waiting: style.duration(totals.waitingMs), compensated: style.duration(totals.alreadyCompensatedMs), counted: style.duration(totals.countedMs),
  });
  return [
    { text: reasonText(OUTCOME_WORDS[result.outcome][language], { figure: cash ?? '' }), ...(cash === undefined ? {} : { figure: cash }) },
    ...result.reasons.map((reason) => ({ text: sentence(reason) })),
    ...result.findings.filter(({ effect }) => effect === 'informs').map((finding) => ({ text: sentence(finding) })),
    ...(result.lanes.usedForAmount ? [{ text: time }] : []),
    ...result.trace.flatMap((node) => stepLine(node, code, language, style) ?? []),
  ];
}
