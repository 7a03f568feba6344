import { dateOf, toLocal, type Interval } from '../time/index.js';
import { canonicalJson, sha256Hex, type Json } from '../audit/index.js';
import type { NestedRun, NestedSteps, Outcome, Reason, Route, RunScope } from './block.js';
import { selectionInstant } from './block.js';
import { pinOf } from './blocks/index.js';
import type { CompiledPolicy, CompiledStep } from './compile.js';
import { gather, inputsOf as gatheredInputs, paramsOf, type Gathered, type RunParams } from './evaluation.js';
import type { OverrideFact, PolicyFacts } from './facts.js';
import { InputValues } from './input-values.js';
import { overriddenValue } from './override.js';
import { SalesDemand } from './sales-demand.js';
import type { TracedOverride, TraceNode } from './trace.js';
import { valueJson, type Maybe, type Row } from './value.js';

export interface PolicyRun {
  readonly kind: 'ran';
  readonly denials: readonly Reason[];
  readonly reviews: readonly Reason[];
  readonly routes: readonly Route[];
  readonly values: ReadonlyMap<string, Maybe>;
  readonly trace: readonly TraceNode[];
  readonly inputs: Readonly<Record<string, Json>>;
  /** Every fact the run looked at. */
  readonly facts: Readonly<Record<string, Json>>;
  readonly demand: SalesDemand;
  /** Whether the result, or a gate, rests on what the rule came to in this step: not above a figure that a person put. */
  restsOn(step: string): boolean;
  /** Digest of what a step rested on; an override holds while it stays the same. */
  basisOf(step: string): string | undefined;
}

/** Sums of these windows are missing: load them and run again. */
export interface PolicyNeeds {
  readonly kind: 'needs';
  readonly windows: readonly Interval[];
}

/** What all frames of one run share. */
interface Shared {
  readonly policy: CompiledPolicy;
  readonly facts: PolicyFacts;
  readonly demand: SalesDemand;
  readonly date: string;
  readonly inputs: InputValues;
  readonly looked: Map<string, Maybe>;
}

/** Steps at one depth: the policy's own, or those nested in an `each`, for one row. */
class Frame implements RunScope {
  readonly values = new Map<string, Maybe>();
  readonly denials: Reason[] = [];
  readonly reviewed: { readonly step: string; readonly reasons: readonly Reason[] }[] = [];
  readonly routes: Route[] = [];
  readonly nodes = new Map<string, TraceNode>();
  readonly bases = new Map<string, () => string>();
  readonly pending = new Set<string>();
  readonly facts: PolicyFacts;
  readonly demand: SalesDemand;
  readonly date: string;

  constructor(private readonly shared: Shared, private readonly outer?: Frame, private readonly own?: { readonly as: string; readonly row: Row }) {
    ({ facts: this.facts, demand: this.demand, date: this.date } = shared);
  }

  get currency() {
    return this.shared.policy.currency;
  }

  get head() {
    return this.shared.policy.document.head;
  }

  stepValue(id: string): Maybe | undefined {
    return this.values.has(id) ? this.values.get(id) : this.outer?.stepValue(id);
  }

  inputValue(name: string): Maybe | 'pending' {
    return this.shared.inputs.get(name);
  }

  fact(name: string, read: () => Maybe): Maybe {
    const { looked } = this.shared;
    if (!looked.has(name)) looked.set(name, read());
    return looked.get(name) ?? null;
  }

  row(as: string): Row | undefined {
    return this.own?.as === as ? this.own.row : this.outer?.row(as);
  }

  each({ as, steps }: NestedSteps, row: Row): NestedRun {
    const frame = new Frame(this.shared, this, { as, row });
    for (const step of steps as readonly CompiledStep[]) frame.step(step);
    return {
      value: (id) => frame.stepValue(id) ?? null, trace: [...frame.nodes.values()] as unknown as readonly Json[],
      pending: frame.pending.size > 0, reasons: [...frame.denials, ...frame.reviewed.flatMap(({ reasons }) => reasons)],
    };
  }

  step(step: CompiledStep): void {
    if (step.dependsOn.some((id) => this.#isPending(id)) || step.asksFor.some((name) => this.inputValue(name) === 'pending')) {
      this.pending.add(step.id);
      return;
    }
    const gathered = gather(step, this);
    const params = paramsOf(step, gathered, this);
    const skipped = this.#skipped(step, gathered, params);
    const outcome = skipped === undefined ? evaluated(step, gathered, params, this) : { kind: 'value' as const, value: null };
    if (outcome.kind !== 'pending') this.bases.set(step.id, () => basisOf(step, gathered, params, outcome));
    if (outcome.kind === 'pending') this.pending.add(step.id);
    else this.#note(step, outcome, params, skipped);
  }

  #isPending(id: string): boolean {
    return this.pending.has(id) || this.outer?.pending.has(id) === true;
  }

  #skipped(step: CompiledStep, gathered: Gathered, params: RunParams): 'when' | 'input' | undefined {
    const when = step.when?.read(this);
    if (step.when !== undefined && !(when?.type === 'boolean' && when.is)) return 'when';
    const lacking = Object.entries(step.block.inputs).some(([name, spec]) => spec.optional !== true && !(spec.many === true
      ? (gathered[name] ?? []).some((value) => value !== null) : (gathered[name]?.[0] ?? null) !== null));
    return lacking || params.takenIsNull() ? 'input' : undefined;
  }

  #note(step: CompiledStep, computed: Settled, params: RunParams, skipped: 'when' | 'input' | undefined): void {
    const override = this.outer === undefined ? this.#overrideOf(step) : undefined;
    const questioned = override !== undefined && isQuestioned(step, computed, override, this);
    const outcome = override === undefined || questioned ? asked(step, computed, override) : overridden(step, computed, override, this);
    if (outcome.kind === 'denied') this.denials.push(...outcome.reasons);
    if (outcome.kind === 'review') this.reviewed.push({ step: step.id, reasons: outcome.reasons });
    if (outcome.kind === 'value') this.routes.push(...(outcome.routes ?? []));
    this.values.set(step.id, valueIn(outcome));
    this.nodes.set(step.id, {
      id: step.id,
      block: pinOf(step.block),
      inputs: Object.fromEntries(Object.entries(step.inputs).map(([name, refs]) => [name, refs.map(({ text }) => text).join(', ')])),
      params: params.trace(),
      output: valueJson(valueIn(outcome)),
      ...(skipped === undefined ? {} : { skipped }),
      ...workingOf(computed),
      ...(outcome.kind === 'value' ? {} : { reasons: outcome.reasons }),
      ...(override === undefined ? {} : { override: tracedOverride(override, computed, questioned) }),
    });
  }

  /** A person's figure stands for the step. */
  isPut(step: string): boolean {
    const put = this.nodes.get(step)?.override;
    return put !== undefined && put.questioned !== true;
  }

  #overrideOf({ id }: CompiledStep): OverrideFact | undefined {
    return this.facts.overrides.find(({ step }) => step === id);
  }
}

type Settled = Exclude<Outcome, { kind: 'pending' }>;

const workingOf = (computed: Settled): Pick<TraceNode, 'working'> => ('working' in computed && computed.working !== undefined ? { working: computed.working } : {});

const valueIn = (outcome: Settled): Maybe => ('value' in outcome ? (outcome.value ?? null) : null);

/** What a step comes to by itself: a discretionary figure is a proposal until a person confirms it, one that rests on other facts now is asked about again. */
function asked(step: CompiledStep, computed: Settled, old: OverrideFact | undefined): Settled {
  if (computed.kind === 'denied') return computed;
  const proposed = step.discretionary && computed.kind === 'value' && computed.value !== null;
  const reasons = [
    ...(computed.kind === 'review' ? computed.reasons : []),
    ...(old === undefined ? [] : [questionOf(old)]),
    ...(old === undefined && proposed ? [{ code: 'figure_needs_person', params: { step: step.id } }] : []),
  ];
  return reasons.length === 0 ? computed : { kind: 'review', reasons, value: valueIn(computed) };
}

const questionOf = ({ step, value, waives = [] }: OverrideFact): Reason =>
  ({ code: 'override_needs_review', params: { step, figure: value ?? waives.join(', ') } });

/** What it rested on has changed since, or the step no longer takes such a figure: never used in silence, never dropped in silence. */
const isQuestioned = (step: CompiledStep, computed: Settled, override: OverrideFact, frame: Frame): boolean =>
  override.basis !== frame.bases.get(step.id)?.() || (computed.kind !== 'denied' && overriddenValue(override, step.output, frame.currency) === undefined);

function overridden(step: CompiledStep, computed: Settled, override: OverrideFact, { currency }: Frame): Settled {
  if (computed.kind !== 'denied') {
    const routes = computed.kind === 'value' ? computed.routes : undefined;
    return { kind: 'value', value: withSamples(overriddenValue(override, step.output, currency) ?? null, valueIn(computed)), ...(routes === undefined ? {} : { routes }) };
  }
  const left = computed.reasons.filter((reason) => !isWaived(reason, override));
  return left.length > 0 ? { kind: 'denied', reasons: left } : { kind: 'value', value: { type: 'boolean', is: true } };
}

/** Another expected figure does not undo what the comparables show: they stay beside it. */
const withSamples = (stated: Maybe, computed: Maybe): Maybe =>
  (stated?.type === 'money' && computed?.type === 'money' && computed.samples !== undefined ? { ...stated, samples: computed.samples } : stated);

const isWaived = ({ code, waivable }: Reason, { waives = [] }: OverrideFact): boolean => waivable === true && waives.includes(code);

const tracedOverride = ({ value, waives, reason }: OverrideFact, computed: Settled, questioned: boolean): TracedOverride => ({
  computed: valueJson(valueIn(computed)), ...(value === undefined ? {} : { stated: value }), ...(waives === undefined ? {} : { waived: waives }), reason,
  ...(questioned ? { questioned } : {}),
});

/**
 * What the step rested on: its inputs, its parameters, and what it came to by itself. The last stands for what a block reads
 * beside its inputs, such as the sales of a window: were they others, it would have come to something else.
 */
const basisOf = (step: CompiledStep, gathered: Gathered, params: RunParams, outcome: Settled): string => sha256Hex(canonicalJson({
  block: pinOf(step.block), inputs: Object.fromEntries(Object.entries(gathered).map(([name, values]) => [name, values.map(valueJson)])), params: params.trace(),
  value: valueJson(valueIn(outcome)), reasons: outcome.kind === 'value' ? [] : outcome.reasons.map(({ code }) => code),
}));

/** A parameter that states nothing for the date or key at hand goes to a person, in words; it is never a crash and never nought. */
function evaluated(step: CompiledStep, gathered: Gathered, params: RunParams, frame: Frame): Outcome {
  const missing = params.missing();
  if (missing !== undefined) return { kind: 'review', reasons: [{ code: 'parameter_not_stated', params: { parameter: missing, date: frame.date } }] };
  return step.block.evaluate(gatheredInputs(gathered), params, frame);
}

/**
 * Runs a compiled policy over facts. Pure: same policy and facts, same run.
 *
 * Gates and what they need run first; amounts are worked out only when nothing denied. Exact throughout; only a `round` step
 * rounds. When sums are missing the result names all windows this pass could find.
 * Edge: a policy whose gate denies has reasons and no amounts.
 */
export function runPolicy(policy: CompiledPolicy, facts: PolicyFacts): PolicyRun | PolicyNeeds {
  const demand = new SalesDemand(facts, policy.currency);
  const shared: Shared = {
    policy, facts, demand, inputs: new InputValues(policy, facts, demand), looked: new Map(),
    date: dateOf(toLocal(selectionInstant(facts, policy.document.selectBy), facts.site.zone)),
  };
  const frame = new Frame(shared);
  for (const step of policy.steps) if (policy.beforeAmounts.has(step.id)) frame.step(step);
  if (frame.denials.length === 0) {
    for (const step of policy.steps) if (!policy.beforeAmounts.has(step.id)) frame.step(step);
  }
  if (demand.missing.length > 0) return { kind: 'needs', windows: distinct(demand.missing) };
  const needed = stepsNeeded(policy, (step) => frame.isPut(step));
  return {
    kind: 'ran',
    denials: frame.denials,
    reviews: [...frame.reviewed.flatMap(({ step, reasons }) => (needed.has(step) ? reasons : [])), ...unknownSteps(policy, facts.overrides)],
    routes: frame.routes,
    values: frame.values,
    trace: policy.steps.flatMap(({ id }) => frame.nodes.get(id) ?? []),
    inputs: shared.inputs.trace(),
    facts: Object.fromEntries([...shared.looked].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, valueJson(value)])),
    demand,
    restsOn: (step) => needed.has(step) && !frame.isPut(step),
    basisOf: (step) => frame.bases.get(step)?.(),
  };
}

/** A figure for a step that the policy has no more is asked about, never dropped. */
function unknownSteps({ steps }: CompiledPolicy, overrides: readonly OverrideFact[]): Reason[] {
  const known = new Set(steps.map(({ id }) => id));
  return overrides.filter(({ step }) => !known.has(step)).map(questionOf);
}

/**
 * What the result and the gates need, up to the figures that people put: the run goes on from those, so a step that only led to
 * one asks nobody any more. Without such a figure that is every step. `result.shown` says something about the amount, and gives none.
 */
function stepsNeeded({ steps, document: { result } }: CompiledPolicy, isPut: (step: string) => boolean): ReadonlySet<string> {
  if (!steps.some(({ id }) => isPut(id))) return new Set(steps.map(({ id }) => id));
  const { shown: _shown, benefits = [], ...named } = result;
  const needed = new Set([...Object.values(named), ...benefits].map((ref) => ref.slice(1)));
  for (const step of [...steps].reverse()) {
    if (step.block.gate === true) needed.add(step.id);
    if (needed.has(step.id) && !isPut(step.id)) step.dependsOn.forEach((id) => needed.add(id));
  }
  return needed;
}

const distinct = (windows: readonly Interval[]): Interval[] =>
  [...new Map(windows.map((window) => [`${window.from}/${window.to}`, window])).values()].sort((a, b) => a.from - b.from || a.to - b.to);
