import { formatRatio } from '../money/index.js';
import { dateOf, toLocal, type Interval } from '../time/index.js';
import type { Json } from '../audit/index.js';
import type { Inputs, Outcome, Params, Reason, RunScope, ScalarValue } from './block.js';
import { selectionInstant } from './block.js';
import { pinOf } from './blocks/index.js';
import type { CompiledPolicy, CompiledStep } from './compile.js';
import type { PolicyFacts } from './facts.js';
import { InputValues } from './input-values.js';
import { SalesDemand } from './sales-demand.js';
import { valueJson, type Maybe } from './value.js';

/** One step as it ran: what a staff view, a letter and a receipt are renderings of. */
export interface TraceNode {
  readonly id: string;
  readonly block: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, { readonly value: Json; readonly ref?: string; readonly source?: string }>>;
  readonly output: Json;
  /** Why there is no output: `when` was false, or something it needs is null. */
  readonly skipped?: 'when' | 'input';
  readonly working?: Json;
  readonly reasons?: readonly Reason[];
}

export interface PolicyRun {
  readonly kind: 'ran';
  readonly denials: readonly Reason[];
  readonly reviews: readonly Reason[];
  readonly values: ReadonlyMap<string, Maybe>;
  readonly trace: readonly TraceNode[];
  readonly inputs: Readonly<Record<string, Json>>;
  readonly demand: SalesDemand;
}

/** Sums of these windows are missing: load them and run again. */
export interface PolicyNeeds {
  readonly kind: 'needs';
  readonly windows: readonly Interval[];
}

class Run implements RunScope {
  readonly demand: SalesDemand;
  readonly date: string;
  readonly values = new Map<string, Maybe>();
  readonly denials: Reason[] = [];
  readonly reviews: Reason[] = [];
  readonly nodes = new Map<string, TraceNode>();
  readonly inputs: InputValues;
  readonly #pending = new Set<string>();

  constructor(readonly policy: CompiledPolicy, readonly facts: PolicyFacts) {
    this.demand = new SalesDemand(facts, policy.currency);
    this.date = dateOf(toLocal(selectionInstant(facts, policy.document.selectBy), facts.site.zone));
    this.inputs = new InputValues(policy, facts, this.demand);
  }

  get currency() {
    return this.policy.currency;
  }

  get head() {
    return this.policy.document.head;
  }

  stepValue(id: string): Maybe | undefined {
    return this.values.get(id);
  }

  inputValue(name: string): Maybe | 'pending' {
    return this.inputs.get(name);
  }

  step(step: CompiledStep): void {
    if (step.dependsOn.some((id) => this.#pending.has(id)) || this.#waitsForInput(step)) {
      this.#pending.add(step.id);
      return;
    }
    const gathered: Record<string, Maybe> = {};
    for (const name of Object.keys(step.inputs)) gathered[name] = step.inputs[name]?.read(this) ?? null;
    const skipped = this.#skipped(step, gathered);
    const params = paramsOf(step, gathered, this);
    const outcome: Outcome = skipped === undefined ? step.block.evaluate(inputsOf(gathered), params, this) : { kind: 'value', value: null };
    if (outcome.kind === 'pending') this.#pending.add(step.id);
    else this.#note(step, outcome, params, skipped);
  }

  #skipped(step: CompiledStep, gathered: Readonly<Record<string, Maybe>>): 'when' | 'input' | undefined {
    const when = step.when?.read(this);
    if (step.when !== undefined && !(when?.type === 'boolean' && when.is)) return 'when';
    const lacking = Object.entries(step.block.inputs).some(([name, spec]) => spec.optional !== true && (gathered[name] ?? null) === null);
    return lacking ? 'input' : undefined;
  }

  #waitsForInput(step: CompiledStep): boolean {
    return Object.values(step.inputs).some(({ text }) => text.startsWith('$inputs.') && this.inputs.get(text.slice(8)) === 'pending');
  }

  #note(step: CompiledStep, outcome: Exclude<Outcome, { kind: 'pending' }>, params: ReturnType<typeof paramsOf>, skipped: 'when' | 'input' | undefined): void {
    const value = outcome.kind === 'value' ? outcome.value : null;
    if (outcome.kind === 'denied') this.denials.push(...outcome.reasons);
    if (outcome.kind === 'review') this.reviews.push(...outcome.reasons);
    this.values.set(step.id, value);
    this.nodes.set(step.id, {
      id: step.id,
      block: pinOf(step.block),
      inputs: Object.fromEntries(Object.entries(step.inputs).map(([name, { text }]) => [name, text])),
      params: params.trace(),
      output: valueJson(value),
      ...(skipped === undefined ? {} : { skipped }),
      ...('working' in outcome && outcome.working !== undefined ? { working: outcome.working } : {}),
      ...(outcome.kind === 'value' ? {} : { reasons: outcome.reasons }),
    });
  }
}

/**
 * Runs a compiled policy over facts. Pure: same policy and facts, same run.
 *
 * Gates and what they need run first; amounts are worked out only when nothing denied. Exact throughout; only a `round` step
 * rounds. When sums are missing the result names all windows this pass could find.
 * Edge: a policy whose gate denies has reasons and no amounts.
 */
export function runPolicy(policy: CompiledPolicy, facts: PolicyFacts): PolicyRun | PolicyNeeds {
  const run = new Run(policy, facts);
  for (const step of policy.steps) if (policy.beforeAmounts.has(step.id)) run.step(step);
  if (run.denials.length === 0) {
    for (const step of policy.steps) if (!policy.beforeAmounts.has(step.id)) run.step(step);
  }
  if (run.demand.missing.length > 0) return { kind: 'needs', windows: distinct(run.demand.missing) };
  return {
    kind: 'ran',
    denials: run.denials,
    reviews: run.reviews,
    values: run.values,
    trace: policy.steps.flatMap(({ id }) => run.nodes.get(id) ?? []),
    inputs: run.inputs.trace(),
    demand: run.demand,
  };
}

const distinct = (windows: readonly Interval[]): Interval[] =>
  [...new Map(windows.map((window) => [`${window.from}/${window.to}`, window])).values()].sort((a, b) => a.from - b.from || a.to - b.to);

function inputsOf(gathered: Readonly<Record<string, Maybe>>): Inputs {
  const need = <T extends NonNullable<Maybe>['type']>(name: string, type: T): Extract<NonNullable<Maybe>, { type: T }> => {
    const found = gathered[name];
    if (found?.type !== type) throw new TypeError(`the input ${name} is not a ${type}: the policy was not checked`);
    return found as Extract<NonNullable<Maybe>, { type: T }>;
  };
  return {
    get: (name) => gathered[name] ?? null,
    money: (name) => need(name, 'money').amount,
    ratio: (name) => {
      const found = gathered[name];
      if (found?.type !== 'ratio' && found?.type !== 'number') throw new TypeError(`the input ${name} is not a ratio`);
      return found.ratio;
    },
    boolean: (name) => need(name, 'boolean').is,
    text: (name) => need(name, 'text').text,
    time: (name) => need(name, 'time').time,
    samples: (name) => need(name, 'series').samples,
  };
}

function paramsOf(step: CompiledStep, gathered: Readonly<Record<string, Maybe>>, run: Run): Params & { trace(): TraceNode['params'] } {
  const read = (name: string): ScalarValue | undefined => {
    const keyed = step.block.params[name]?.keyed;
    const key = keyed === undefined ? null : (gathered[keyed] ?? null);
    return step.scalars[name]?.read(run, key?.type === 'text' ? key.text : undefined);
  };
  const need = <K extends ScalarValue['kind']>(name: string, ...kinds: K[]): Extract<ScalarValue, { kind: K }> => {
    const found = read(name);
    if (found === undefined || !(kinds as string[]).includes(found.kind)) throw new TypeError(`${step.id}: parameter ${name} has no value for ${run.date}`);
    return found as Extract<ScalarValue, { kind: K }>;
  };
  return {
    has: (name) => read(name) !== undefined,
    money: (name) => need(name, 'money').amount,
    ratio: (name) => need(name, 'ratio').ratio,
    durationMs: (name) => need(name, 'duration').ratio,
    count: (name) => need(name, 'count').count,
    text: (name) => need(name, 'text').text,
    custom: (name) => step.customs[name],
    trace: () => Object.fromEntries(Object.entries(step.scalars).map(([name, { ref, source }]) => [name, {
      value: scalarJson(read(name)), ...(ref === undefined ? {} : { ref }), ...(source === undefined ? {} : { source }),
    }])),
  };
}

function scalarJson(scalar: ScalarValue | undefined): Json {
  if (scalar === undefined) return null;
  switch (scalar.kind) {
    case 'money': return { minor: formatRatio(scalar.amount.minor), currency: scalar.amount.currency };
    case 'ratio': return formatRatio(scalar.ratio);
    case 'duration': return { ms: formatRatio(scalar.ratio) };
    case 'count': return scalar.count;
    case 'text': return scalar.text;
  }
}
