import { canonicalJson, sha256Hex } from '../audit/index.js';
import type { CurrencyCode } from '../money/index.js';
import type { Outcome, Reason } from './block.js';
import type { CompiledPolicy, CompiledStep } from './compile.js';
import type { Gathered, StepParams } from './evaluation.js';
import type { OverrideFact } from './facts.js';
import { overriddenValue } from './override.js';
import type { TracedOverride } from './trace.js';
import { valueJson, type Maybe } from './value.js';

export type Settled = Exclude<Outcome, { kind: 'pending' }>;

/** A step as the rule ran it. */
export interface RuleRun {
  readonly step: CompiledStep;
  readonly gathered: Gathered;
  readonly params: StepParams;
  readonly computed: Settled;
}

/** A figure that a person put for a step. Questioned: what it rested on has changed since, or the step no longer takes it. */
export interface PutFigure {
  readonly fact: OverrideFact;
  readonly questioned: boolean;
}

export const valueIn = (outcome: Settled): Maybe => ('value' in outcome ? (outcome.value ?? null) : null);

/** A figure is never used in silence once its ground has changed, and never dropped in silence. */
export const putFigure = (fact: OverrideFact, ran: RuleRun, currency: CurrencyCode): PutFigure => ({
  fact,
  questioned: fact.basis !== basisOf(ran) || (ran.computed.kind !== 'denied' && overriddenValue(fact, ran.step.output, currency) === undefined),
});

/** What becomes of a step, with the figure a person put for it if one did. */
export const outcomeOf = (ran: RuleRun, put: PutFigure | undefined, currency: CurrencyCode): Settled =>
  (put === undefined || put.questioned ? asked(ran, put?.fact) : overridden(ran, put.fact, currency));

/** What a step comes to by itself: a discretionary figure is a proposal until a person confirms it, one that rests on other facts now is asked about again. */
function asked({ step, computed }: RuleRun, old: OverrideFact | undefined): Settled {
  if (computed.kind === 'denied') return computed;
  const proposed = step.discretionary && computed.kind === 'value' && computed.value !== null;
  if (old === undefined && !proposed) return computed;
  const reasons = [
    ...(computed.kind === 'review' ? computed.reasons : []),
    ...(old === undefined ? [{ code: 'figure_needs_person', params: { step: step.id } }] : [questionOf(old)]),
  ];
  return { kind: 'review', reasons, value: valueIn(computed) };
}

const questionOf = ({ step, value, waives = [] }: OverrideFact): Reason =>
  ({ code: 'override_needs_review', params: { step, figure: value ?? waives.join(', ') } });

function overridden({ step, computed }: RuleRun, fact: OverrideFact, currency: CurrencyCode): Settled {
  if (computed.kind !== 'denied') {
    const routes = computed.kind === 'value' ? computed.routes : undefined;
    return { kind: 'value', value: withSamples(overriddenValue(fact, step.output, currency) ?? null, valueIn(computed)), ...(routes === undefined ? {} : { routes }) };
  }
  const left = computed.reasons.filter((reason) => !isWaived(reason, fact));
  return left.length > 0 ? { kind: 'denied', reasons: left } : { kind: 'value', value: { type: 'boolean', is: true } };
}

/** Another expected figure does not undo what the comparables show: they stay beside it. */
const withSamples = (stated: Maybe, computed: Maybe): Maybe =>
  (stated?.type === 'money' && computed?.type === 'money' && computed.samples !== undefined ? { ...stated, samples: computed.samples } : stated);

const isWaived = ({ code, waivable }: Reason, { waives = [] }: OverrideFact): boolean => waivable === true && waives.includes(code);

export const tracedFigure = ({ fact: { value, waives, reason }, questioned }: PutFigure, computed: Settled): TracedOverride => ({
  computed: valueJson(valueIn(computed)), ...(value === undefined ? {} : { stated: value }), ...(waives === undefined ? {} : { waived: waives }), reason,
  ...(questioned ? { questioned } : {}),
});

/**
 * What the step rested on: its inputs, its parameters, and what it came to by itself. The last stands for what a block reads
 * beside its inputs, such as the sales of a window: were they others, it would have come to something else.
 */
export const basisOf = ({ step, gathered, params, computed }: RuleRun): string => sha256Hex(canonicalJson({
  block: step.plan.pin, inputs: Object.fromEntries(Object.entries(gathered).map(([name, values]) => [name, values.map(valueJson)])), params: params.trace(),
  value: valueJson(valueIn(computed)), reasons: computed.kind === 'value' ? [] : computed.reasons.map(({ code }) => code),
}));

/** A figure for a step that the policy has no more is asked about, never dropped. */
export function figuresOfNoStep({ steps }: CompiledPolicy, overrides: readonly OverrideFact[]): Reason[] {
  const known = new Set(steps.map(({ id }) => id));
  return overrides.filter(({ step }) => !known.has(step)).map(questionOf);
}

/**
 * What the result and the gates need, up to the figures that people put: the run goes on from those, so a step that only led to
 * one asks nobody any more. Undefined without such a figure: every step counts. `result.shown` says something about the amount,
 * and gives none.
 */
export function stepsNeeded({ steps, document: { result } }: CompiledPolicy, isPut: (step: string) => boolean): ReadonlySet<string> | undefined {
  if (!steps.some(({ id }) => isPut(id))) return undefined;
  const { shown: _shown, benefits = [], ...named } = result;
  const needed = new Set([...Object.values(named), ...benefits].map((ref) => ref.slice(1)));
  for (const step of [...steps].reverse()) {
    if (step.block.gate === true) needed.add(step.id);
    if (needed.has(step.id) && !isPut(step.id)) step.dependsOn.forEach((id) => needed.add(id));
  }
  return needed;
}
