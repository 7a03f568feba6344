import { amountOf, compareRatio, parseMoney, parseRatio, ZERO, type CurrencyCode, type Ratio } from '../money/index.js';
import type { Json } from '../audit/index.js';
import type { Reason } from './block.js';
import type { CompiledPolicy, CompiledStep } from './compile.js';
import type { OverrideFact } from './facts.js';
import type { TraceNode } from './trace.js';
import { figureOf, type Value, type ValueType } from './value.js';

/** Why a person puts a figure: codes of the shared catalogue, in the order in which a form lists them. */
export const OVERRIDE_REASONS = ['figure_from_evidence', 'input_put_right', 'trade_not_comparable', 'figure_confirmed', 'delay_excused', 'judged_on_its_own'] as const;
export type OverrideReason = (typeof OVERRIDE_REASONS)[number];

/** What a person may put a figure for, and why that step is open to one. */
export interface OverridableStep {
  readonly step: string;
  /** `review`: it ended without a figure. `discretionary`: its figure is a proposal. `adjustment`: a loss or an amount. `refusal`: reasons that may be put aside. */
  readonly as: 'review' | 'discretionary' | 'adjustment' | 'refusal';
  readonly type: ValueType;
  /** What the rule came to. */
  readonly computed: Json;
  /** Reasons that may be put aside; none unless it is a refusal. */
  readonly waivable: readonly string[];
  /** What the step itself keeps its figure within; text as a trace writes it. */
  readonly least: string;
  readonly most?: string;
}

const STATED: readonly ValueType[] = ['money', 'ratio', 'number', 'boolean'];

/** Blocks whose figure a person may adjust: they measure. Those that bound, round or take off what was paid before keep their word. */
const ADJUSTABLE = ['loss', 'amount'];

/**
 * The steps of a run that a person may put a figure for: those that ended in review, discretionary ones, losses and amounts that
 * came to something, and refusals of which a reason is waivable. A figure put before stays open to another.
 *
 * Edge: a cap is no adjustment; a figure put for the step before it still meets the cap. Source: docs/domain, "Override".
 */
export function overridableSteps(policy: CompiledPolicy, { trace, denials }: { readonly trace: readonly TraceNode[]; readonly denials: readonly Reason[] }): OverridableStep[] {
  const denied = new Set(denials.map(({ code }) => code));
  const nodes = new Map(trace.map((node) => [node.id, node]));
  return policy.steps.flatMap((step) => {
    const node = nodes.get(step.id);
    const as = node === undefined ? undefined : openAs(step, node, denied);
    if (node === undefined || as === undefined) return [];
    return [{ step: step.id, as, type: step.output, computed: node.override === undefined ? node.output : node.override.computed, waivable: as === 'refusal' ? waivableOf(node) : [], ...boundsOf(step, node) }];
  });
}

const waivableOf = ({ reasons = [], override }: TraceNode): string[] =>
  [...new Set([...reasons.flatMap(({ code, waivable }) => (waivable === true ? [code] : [])), ...(override?.questioned === true ? [] : override?.waived ?? [])])];

/** A gate that let pass, a step that was skipped, time, texts and lists are not for a person to state. */
function openAs(step: CompiledStep, node: TraceNode, denied: ReadonlySet<string>): OverridableStep['as'] | undefined {
  if (waivableOf(node).length > 0) return 'refusal';
  const refused = step.block.gate === true && (node.reasons ?? []).some(({ code }) => denied.has(code));
  if (node.skipped !== undefined || refused || !STATED.includes(step.output)) return undefined;
  return step.discretionary ? 'discretionary' : leftOpen(node) ? 'review' : isAdjustable(step, node) ? 'adjustment' : undefined;
}

const leftOpen = ({ reasons, override }: TraceNode): boolean => reasons !== undefined || override?.computed === null;

const isAdjustable = ({ block, output }: CompiledStep, node: TraceNode): boolean =>
  node.output !== null && ADJUSTABLE.includes(block.group) && ['money', 'ratio', 'number'].includes(output);

/** Nothing is below nought; a share of sales is at most one; a clamp keeps its own cap and floor, a trend its limits. */
function boundsOf({ block }: CompiledStep, { params }: TraceNode): Pick<OverridableStep, 'least' | 'most'> {
  const stated = (name: string): string | undefined => sizeOf(params[name]?.value ?? null);
  const least = stated('floor') ?? stated('low') ?? '0';
  const most = stated('cap') ?? stated('high') ?? (block.name === 'margin' ? '1' : undefined);
  return { least, ...(most === undefined ? {} : { most }) };
}

function sizeOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'minor' in value && typeof value.minor === 'string' ? value.minor : undefined;
}

export type OverrideFault =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'out_of_bounds' }
  | { readonly kind: 'not_waivable'; readonly code: string };

/**
 * What is wrong with what a person wants to put for a step; undefined when nothing is. Exact: a bound itself is within it.
 *
 * Edge: nought is allowed below a floor, as a clamp leaves it.
 */
export function overrideFault(open: OverridableStep, { value: text, waives }: Pick<OverrideFact, 'value' | 'waives'>, currency: CurrencyCode): OverrideFault | undefined {
  if (open.as === 'refusal') {
    const code = (waives ?? []).find((one) => !open.waivable.includes(one));
    if (code !== undefined) return { kind: 'not_waivable', code };
    return text === undefined && waives !== undefined && waives.length > 0 ? undefined : { kind: 'unreadable' };
  }
  const stated = waives === undefined ? overriddenValue({ ...(text === undefined ? {} : { value: text }) }, open.type, currency) : undefined;
  if (stated === undefined) return { kind: 'unreadable' };
  const figure = figureOf(stated);
  return figure === undefined || within(figure, open) ? undefined : { kind: 'out_of_bounds' };
}

function within(figure: Ratio, { least, most }: OverridableStep): boolean {
  const bound = (text: string): Ratio => {
    const read = parseRatio(text);
    return read.ok ? read.value : ZERO;
  };
  const enough = figure.num === 0n || compareRatio(figure, bound(least)) >= 0;
  return figure.num >= 0n && enough && (most === undefined || compareRatio(figure, bound(most)) <= 0);
}

/**
 * The figure a person stated, as a value of the step's type: money as decimal text of the policy's currency, ratios and numbers
 * as exact text, booleans as `true` or `false`.
 *
 * Undefined when the text is no value of that type, or the type cannot be stated. Edge: "1/3" is a ratio, never a sum.
 */
export function overriddenValue({ value: text }: Pick<OverrideFact, 'value'>, type: ValueType, currency: CurrencyCode): Value | undefined {
  if (text === undefined) return undefined;
  switch (type) {
    case 'money': {
      const read = parseMoney(text, currency);
      return read.ok ? { type, amount: amountOf(read.value) } : undefined;
    }
    case 'ratio': case 'number': {
      const read = parseRatio(text);
      return read.ok ? { type, ratio: read.value } : undefined;
    }
    case 'boolean': return text === 'true' || text === 'false' ? { type, is: text === 'true' } : undefined;
    case 'text': return { type, text };
    default: return undefined;
  }
}
