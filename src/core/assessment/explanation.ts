import { currency, exponentOf, formatMoney, money, parseRatio, roundRatio, ROUNDINGS } from '../money/index.js';
import { formatInstant, type Instant } from '../time/index.js';
import type { Json } from '../audit/index.js';
import { reasonText, type CompiledPolicy, type Language, type ReasonCatalogue, type TraceNode } from '../policy/index.js';
import { ANY_STEP_WORDS, BARE_STEP_WORDS, COUNTED_WORDS, OUTCOME_WORDS, OVERRIDE_WORDS, STEP_WORDS, TERM_WORDS } from './explanation-words.js';
import type { AssessmentResult } from './result.js';

/** One line of a working: what it says, the step behind it, and its figure on its own. */
export interface ExplanationLine {
  readonly step?: string;
  readonly text: string;
  readonly figure?: string;
  /** Block version, inputs, each parameter with value and published source, and how the figure was rounded. */
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

/** A value of a trace as people write it; undefined when there is nothing to write. Never throws, whatever a block yields. */
export function figureText(value: Json | undefined, code: string, style: FigureStyle): string | undefined {
  if (typeof value === 'boolean') return style.truth(value);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return listText(value as readonly Json[], code, style);
  return isObject(value) ? objectText(value, code, style) : undefined;
}

function objectText(value: Readonly<Record<string, Json | undefined>>, code: string, style: FigureStyle): string | undefined {
  if (typeof value['minor'] === 'string') return `${typeof value['label'] === 'string' ? `${value['label']}: ` : ''}${style.amount(value['minor'], code)}`;
  if (typeof value['ms'] === 'string') return durationOf(value['ms'], style);
  if (typeof value['ratio'] === 'string') return style.share(value['ratio']);
  if (typeof value['number'] === 'string') return style.count(value['number']);
  if (typeof value['at'] === 'number') return formatInstant(value['at'] as Instant);
  if (typeof value['on'] === 'string') return value['on'];
  if (typeof value['quantity'] === 'string') return `${style.count(value['quantity'])} ${figureText(value['unit'], code, style) ?? ''}`.trim();
  return fieldsText(value, code, style);
}

/** Weighted time may be a fraction of a millisecond: then the part that is whole, and the rest beside it. */
function durationOf(ms: string, style: FigureStyle): string {
  const read = parseRatio(ms);
  if (!read.ok) return ms;
  const { num, den } = read.value;
  const whole = style.duration(Number.parseInt((num / den).toString(), 10));
  return num % den === 0n ? whole : `${whole} + ${num % den}/${den} ms`;
}

const isPiece = (value: Json): value is Json & WeightedPiece =>
  isObject(value) && typeof value['from'] === 'number' && typeof value['to'] === 'number' && typeof value['weight'] === 'string';

/** Time as pieces; anything else item by item. */
const listText = (items: readonly Json[], code: string, style: FigureStyle): string => {
  const pieces = items.filter(isPiece);
  return pieces.length === items.length ? style.pieces(pieces) : items.flatMap((item) => figureText(item, code, style) ?? []).join('; ');
};

/** A row of a list: each of its fields by name. */
function fieldsText(row: Readonly<Record<string, Json | undefined>>, code: string, style: FigureStyle): string | undefined {
  const said = Object.entries(row).flatMap(([name, field]) => {
    const text = figureText(field, code, style);
    return text === undefined ? [] : [`${name} ${text}`];
  });
  return said.length === 0 ? undefined : said.join(', ');
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

/** How the figure was rounded: named by the step, or not at all. Other modes, such as those of a gate, are no rounding. */
function roundingText({ params }: TraceNode, code: string, style: FigureStyle): string {
  const mode = Object.values(params).map(({ value }) => value).find((value) => (ROUNDINGS as readonly Json[]).includes(value));
  if (typeof mode !== 'string') return 'exact';
  const unit = figureText(params['unit']?.value, code, style);
  return `rounded ${mode}${unit === undefined ? '' : ` to ${unit}`}`;
}

/** Where a figure came from: block and version, what went in, each parameter with its value, published source, and the rounding. */
function sourceText(node: TraceNode, code: string, style: FigureStyle): string {
  const inputs = Object.entries(node.inputs).map(([name, ref]) => `${name} = ${ref}`);
  const stated = Object.entries(node.params).flatMap(([name, { ref, source, value }]) =>
    (ref === undefined ? [] : [`${name} = ${ref} = ${figureText(value, code, style) ?? 'none'}${source === undefined ? '' : ` (${source})`}`]));
  return [node.block, ...inputs, ...stated, roundingText(node, code, style)].join('; ');
}

/** What the policy calls the step; else the words of its block, filled; else its words without figures; else those of any step. */
export function stepSentence(node: TraceNode, policy: CompiledPolicy, language: Language, style: FigureStyle): string {
  const label = policy.document.steps.find(({ id }) => id === node.id)?.label;
  if (label !== undefined) return label[language];
  const code = policy.currency;
  const block = node.block.split('@')[0] ?? '';
  const said = reasonText(STEP_WORDS[block]?.[language] ?? '', namesOf(node, code, language, style));
  if (said !== '' && !/\{\w+\}/.test(said)) return said;
  return BARE_STEP_WORDS[block]?.[language] ?? reasonText(ANY_STEP_WORDS[language], { step: node.id, block: node.block });
}

type SayReason = (reason: { readonly code: string; readonly params: Readonly<Record<string, string>> }) => string;

/** Both values: what a person put, and what the rule came to. */
function overrideText({ override }: TraceNode, code: string, language: Language, style: FigureStyle, say: SayReason): string {
  if (override === undefined) return '';
  const said = (reason: string): string => say({ code: reason, params: {} });
  const computed = figureText(override.computed, code, style);
  const waived = (override.waived ?? []).map(said).join(' ');
  const kind = override.questioned === true ? 'questioned' : waived !== '' ? 'waived' : computed === undefined ? 'filled' : 'kept';
  return ` – ${reasonText(OVERRIDE_WORDS[kind][language], { computed: computed ?? '', stated: override.stated ?? waived, waived, reason: said(override.reason) })}`;
}

function stepLine(node: TraceNode, policy: CompiledPolicy, language: Language, style: FigureStyle, say: SayReason): ExplanationLine | undefined {
  const code = policy.currency;
  const figure = figureText(node.output, code, style);
  if ((node.skipped !== undefined && node.override === undefined) || figure === undefined) return undefined;
  return { step: node.id, text: `${stepSentence(node, policy, language, style)}${overrideText(node, code, language, style, say)}`, figure, source: sourceText(node, code, style) };
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
  const sentence: SayReason = (reason) =>
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
    ...result.trace.flatMap((node) => stepLine(node, policy, language, style, sentence) ?? []),
  ];
}
