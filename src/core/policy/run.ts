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
import type { TraceNode } from './trace.js';
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
  readonly reviews: Reason[] = [];
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

  fact(name: string, read: () => Maybe | 'mixed'): Maybe {
    const { looked } = this.shared;
    const before = looked.get(name);
    if (before !== undefined) return before;
    const found = read();
    const known = found === 'mixed' || (found?.type === 'money' && found.amount.currency !== this.currency) ? null : found;
    if (known !== found) this.reviews.push({ code: 'units_do_not_match', params: { fact: `$facts.${name}` } });
    looked.set(name, known);
    return known;
  }

  row(as: string): Row | undefined {
    return this.own?.as === as ? this.own.row : this.outer?.row(as);
  }

  each({ as, steps }: NestedSteps, row: Row): NestedRun {
    const frame = new Frame(this.shared, this, { as, row });
    for (const step of steps as readonly CompiledStep[]) frame.step(step);
    return {
      value: (id) => frame.stepValue(id) ?? null, trace: [...frame.nodes.values()] as unknown as readonly Json[],
      pending: frame.pending.size > 0, reasons: [...frame.denials, ...frame.reviews],
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
    this.bases.set(step.id, () => basisOf(gathered, params));
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
    const outcome = override === undefined ? confirmed(step, computed) : overridden(step, computed, override, this);
    if (outcome.kind === 'denied') this.denials.push(...outcome.reasons);
    if (outcome.kind === 'review') this.reviews.push(...outcome.reasons);
    if (outcome.kind === 'value') this.routes.push(...(outcome.routes ?? []));
    this.values.set(step.id, valueIn(outcome));
    this.nodes.set(step.id, {
      id: step.id,
      block: pinOf(step.block),
      inputs: Object.fromEntries(Object.entries(step.inputs).map(([name, refs]) => [name, refs.map(({ text }) => text).join(', ')])),
      params: params.trace(),
      output: valueJson(valueIn(outcome)),
      ...(skipped === undefined ? {} : { skipped }),
      ...('working' in computed && computed.working !== undefined ? { working: computed.working } : {}),
      ...(outcome.kind === 'value' ? {} : { reasons: outcome.reasons }),
      ...(override === undefined ? {} : { override: { computed: valueJson(valueIn(computed)), reason: override.reason } }),
    });
  }

  #overrideOf({ id }: CompiledStep): OverrideFact | undefined {
    return this.facts.overrides.find(({ step }) => step === id);
  }
}

type Settled = Exclude<Outcome, { kind: 'pending' }>;

const valueIn = (outcome: Settled): Maybe => ('value' in outcome ? (outcome.value ?? null) : null);

/** A discretionary figure is a proposal until a person confirms it. */
function confirmed(step: CompiledStep, computed: Settled): Settled {
  if (!step.discretionary || computed.kind !== 'value' || computed.value === null) return computed;
  return { kind: 'review', reasons: [{ code: 'figure_needs_person', params: { step: step.id } }], value: computed.value };
}

/** What becomes of a step that a person has stated a figure for: kept while what it rests on is unchanged, else questioned. */
function overridden(step: CompiledStep, computed: Settled, override: OverrideFact, frame: Frame): Settled {
  if (override.basis !== frame.bases.get(step.id)?.()) {
    const reason = { code: 'override_needs_review', params: { step: step.id, figure: override.value ?? '' } };
    if (computed.kind === 'denied') return computed;
    return { kind: 'review', reasons: [...(computed.kind === 'review' ? computed.reasons : []), reason], value: valueIn(computed) };
  }
  if (computed.kind === 'denied') {
    const left = computed.reasons.filter(({ code, waivable }) => waivable !== true || !(override.waives ?? []).includes(code));
    return left.length > 0 ? { kind: 'denied', reasons: left } : { kind: 'value', value: { type: 'boolean', is: true } };
  }
  const stated = overriddenValue(override, step.output, frame.currency);
  return stated === undefined ? computed : { kind: 'value', value: stated };
}

const basisOf = (gathered: Gathered, params: RunParams): string =>
  sha256Hex(canonicalJson({ inputs: Object.fromEntries(Object.entries(gathered).map(([name, values]) => [name, values.map(valueJson)])), params: params.trace() }));

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
 * Edge: a policy whose gate denies has reasons and no amounts; a required input without an answer sends the claim to a person.
 */
export function runPolicy(policy: CompiledPolicy, facts: PolicyFacts): PolicyRun | PolicyNeeds {
  const demand = new SalesDemand(facts, policy.currency);
  const shared: Shared = {
    policy, facts, demand, inputs: new InputValues(policy, facts, demand), looked: new Map(),
    date: dateOf(toLocal(selectionInstant(facts, policy.document.selectBy), facts.site.zone)),
  };
  const { selectBy } = policy.document;
  // The date that picks the sums is an answer like any other: the trace shows it, and it is asked for when it is missing.
  if (selectBy.startsWith('inputs.')) shared.inputs.get(selectBy.slice('inputs.'.length));
  const frame = new Frame(shared);
  for (const step of policy.steps) if (policy.beforeAmounts.has(step.id)) frame.step(step);
  if (frame.denials.length === 0) {
    for (const step of policy.steps) if (!policy.beforeAmounts.has(step.id)) frame.step(step);
  }
  if (demand.missing.length > 0) return { kind: 'needs', windows: distinct(demand.missing) };
  return {
    kind: 'ran',
    denials: frame.denials,
    reviews: [...frame.reviews, ...unanswered(shared.inputs, frame)],
    routes: frame.routes,
    values: frame.values,
    trace: policy.steps.flatMap(({ id }) => frame.nodes.get(id) ?? []),
    inputs: shared.inputs.trace(),
    facts: Object.fromEntries([...shared.looked].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, valueJson(value)])),
    demand,
    basisOf: (step) => frame.bases.get(step)?.(),
  };
}

/** What is required and missing is asked for: steps go on without it, as they do without what is optional, and would yield a figure. */
const unanswered = (inputs: InputValues, { denials, reviews }: Frame): Reason[] => inputs.unanswered()
  .map((name): Reason => ({ code: 'fact_missing', params: { fact: `$inputs.${name}` } }))
  .filter(({ params }) => ![...denials, ...reviews].some((reason) => reason.params['fact'] === params['fact']));

const distinct = (windows: readonly Interval[]): Interval[] =>
  [...new Map(windows.map((window) => [`${window.from}/${window.to}`, window])).values()].sort((a, b) => a.from - b.from || a.to - b.to);
