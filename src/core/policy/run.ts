import { dateOf, hull, toLocal, type Interval } from '../time/index.js';
import type { Json } from '../audit/index.js';
import type { NestedRun, NestedSteps, Outcome, Reason, Route, RunScope } from './block.js';
import { selectionInstant } from './block.js';
import type { CompiledPolicy, CompiledStep } from './compile.js';
import { gather, lacksInput, StepInputs, StepParams, type Gathered } from './evaluation.js';
import type { PolicyFacts } from './facts.js';
import { InputValues } from './input-values.js';
import { onceFor, type Answers } from './once.js';
import { basisOf, figuresOfNoStep, outcomeOf, putFigure, stepsNeeded, tracedFigure, valueIn, type PutFigure, type RuleRun, type Settled } from './put-figures.js';
import { SalesDemand } from './sales-demand.js';
import type { TraceNode } from './trace.js';
import { valueJson, type Maybe, type Row } from './value.js';

/** A run that came to its end. What only explains it (trace, inputs, facts) is written when somebody asks for it. */
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
  /** The steps of a block, with what they noted while they worked. */
  stepsOf(block: string): readonly { readonly id: string; readonly working: Json | undefined }[];
  /** Whether the result, or a gate, rests on what the rule came to in this step: not above a figure that a person put. */
  restsOn(step: string): boolean;
  /** Digest of what a step rested on; an override holds while it stays the same. */
  basisOf(step: string): string | undefined;
}

/** Sums of these windows are missing: load them and run again. */
export interface PolicyNeeds {
  readonly kind: 'needs';
  readonly windows: readonly Interval[];
  /** Goes on with the same facts and, in addition, sums: comes to what a new run over these facts would, and does less again. */
  resume(facts: PolicyFacts): PolicyRun | PolicyNeeds;
}

/** What all frames of one run share. */
interface Shared {
  readonly policy: CompiledPolicy;
  readonly facts: PolicyFacts;
  readonly demand: SalesDemand;
  readonly date: string;
  readonly inputs: InputValues;
  readonly looked: Map<string, Maybe>;
  /** Facts that are money of another currency than the policy's. */
  readonly mixed: Set<string>;
  readonly kept: Answers;
  /** Where steps look beside the claim window, when that is what the run is for. */
  readonly reach?: Interval[];
}

/** A step that has run: all its trace node is written from. */
interface Note extends RuleRun {
  readonly outcome: Settled;
  readonly skipped: 'when' | 'input' | undefined;
  readonly put: PutFigure | undefined;
}

/** Steps at one depth: the policy's own, or those nested in an `each`, for one row. */
class Frame implements RunScope {
  readonly values = new Map<string, Maybe>();
  readonly notes = new Map<string, Note>();
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
    const found = this.values.get(id);
    return found !== undefined ? found : this.outer?.stepValue(id);
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
    if (known !== found) this.shared.mixed.add(name);
    looked.set(name, known);
    return known;
  }

  once<T>(of: object, question: string, make: () => T): T {
    return onceFor(this.shared.kept, of, question, make);
  }

  row(as: string): Row | undefined {
    return this.own?.as === as ? this.own.row : this.outer?.row(as);
  }

  each({ as, steps }: NestedSteps, row: Row): NestedRun {
    const frame = new Frame(this.shared, this, { as, row });
    const nested = steps as readonly CompiledStep[];
    frame.go(nested);
    return {
      value: (id) => frame.stepValue(id) ?? null, trace: frame.trace(nested) as unknown as readonly Json[],
      pending: frame.pending.size > 0, reasons: [...frame.reasons(nested, 'denied'), ...frame.reasons(nested, 'review')],
    };
  }

  /** Runs the steps that have not run yet. */
  go(steps: readonly CompiledStep[]): void {
    for (const step of steps) if (!this.notes.has(step.id)) this.#step(step);
  }

  reasons(steps: readonly CompiledStep[], kind: 'denied' | 'review'): Reason[] {
    return this.#noted(steps).flatMap(({ outcome }) => (outcome.kind === kind ? outcome.reasons : []));
  }

  routes(steps: readonly CompiledStep[]): Route[] {
    return this.#noted(steps).flatMap(({ outcome }) => (outcome.kind === 'value' ? (outcome.routes ?? []) : []));
  }

  trace(steps: readonly CompiledStep[]): TraceNode[] {
    return this.#noted(steps).map(nodeOf);
  }

  #noted(steps: readonly CompiledStep[]): Note[] {
    return steps.flatMap(({ id }) => this.notes.get(id) ?? []);
  }

  #step(step: CompiledStep): void {
    this.#noteReach(step);
    if (this.#waits(step)) {
      this.pending.add(step.id);
      return;
    }
    const gathered = gather(step, this);
    const params = new StepParams(step, gathered, this);
    const skipped = this.#skipped(step, gathered, params);
    const outcome = skipped === undefined ? evaluated(step, gathered, params, this) : NOTHING;
    if (outcome.kind === 'pending') this.pending.add(step.id);
    else this.#note({ step, gathered, params, computed: outcome, skipped });
  }

  /** Noted also where the step itself must wait for sums. */
  #noteReach(step: CompiledStep): void {
    if (this.shared.reach === undefined || step.block.reaches === undefined) return;
    const when = step.when?.read(this);
    if (when?.type === 'boolean' && !when.is) return;
    const gathered = gather(step, this);
    const params = new StepParams(step, gathered, this);
    if (params.missing() === undefined) this.shared.reach.push(...step.block.reaches(new StepInputs(gathered), params, this));
  }

  /** What nested steps need of those above counts as needed by the step that holds them, so it has settled before they run. */
  #waits({ dependsOn, asksFor }: CompiledStep): boolean {
    return dependsOn.some((id) => this.pending.has(id)) || asksFor.some((name) => this.inputValue(name) === 'pending');
  }

  #skipped(step: CompiledStep, gathered: Gathered, params: StepParams): 'when' | 'input' | undefined {
    const when = step.when?.read(this);
    if (step.when !== undefined && !(when?.type === 'boolean' && when.is)) return 'when';
    return lacksInput(step, gathered) || params.takenIsNull() ? 'input' : undefined;
  }

  #note(ran: Omit<Note, 'put' | 'outcome'>): void {
    const { id } = ran.step;
    const fact = this.outer === undefined ? this.facts.overrides.find(({ step }) => step === id) : undefined;
    const put = fact === undefined ? undefined : putFigure(fact, ran, this.currency);
    const outcome = outcomeOf(ran, put, this.currency);
    this.values.set(id, valueIn(outcome));
    this.notes.set(id, { ...ran, outcome, put });
  }

  /** A person's figure stands for the step. */
  isPut(step: string): boolean {
    return this.notes.get(step)?.put?.questioned === false;
  }
}

const NOTHING: Settled = { kind: 'value', value: null };

const nodeOf = ({ step, params, computed, outcome, skipped, put }: Note): TraceNode => ({
  id: step.id,
  block: step.plan.pin,
  inputs: step.plan.inputTexts,
  params: params.trace(),
  output: valueJson(valueIn(outcome)),
  ...(skipped === undefined ? {} : { skipped }),
  ...('working' in computed && computed.working !== undefined ? { working: computed.working } : {}),
  ...(outcome.kind === 'value' ? {} : { reasons: outcome.reasons }),
  ...(put === undefined ? {} : { override: tracedFigure(put, computed) }),
});

/** A parameter that states nothing for the date or key at hand goes to a person, in words; it is never a crash and never nought. */
function evaluated(step: CompiledStep, gathered: Gathered, params: StepParams, frame: Frame): Outcome {
  const missing = params.missing();
  if (missing !== undefined) return { kind: 'review', reasons: [{ code: 'parameter_not_stated', params: { parameter: missing, date: frame.date } }] };
  return step.block.evaluate(new StepInputs(gathered), params, frame);
}

/** A finished run; what explains it is written once, on demand. */
class Ran implements PolicyRun {
  readonly kind = 'ran';
  readonly denials: readonly Reason[];
  readonly reviews: readonly Reason[];
  readonly routes: readonly Route[];
  readonly demand: SalesDemand;
  readonly #needed: ReadonlySet<string> | undefined;
  #trace: readonly TraceNode[] | undefined;

  constructor(private readonly shared: Shared, private readonly frame: Frame) {
    const { beforeAmounts, amounts } = shared.policy;
    const ran = [...beforeAmounts, ...amounts];
    this.#needed = stepsNeeded(shared.policy, (step) => frame.isPut(step));
    this.denials = frame.reasons(ran, 'denied');
    const open = [
      ...frame.reasons(ran.filter(({ id }) => this.#isNeeded(id)), 'review'),
      ...[...shared.mixed].map((name): Reason => ({ code: 'units_do_not_match', params: { fact: `$facts.${name}` } })),
    ];
    this.reviews = [...open, ...this.#unanswered([...this.denials, ...open]), ...figuresOfNoStep(shared.policy, shared.facts.overrides)];
    this.routes = frame.routes(ran);
    this.demand = shared.demand;
  }

  get values(): ReadonlyMap<string, Maybe> {
    return this.frame.values;
  }

  get trace(): readonly TraceNode[] {
    this.#trace ??= this.frame.trace(this.shared.policy.steps);
    return this.#trace;
  }

  get inputs(): Readonly<Record<string, Json>> {
    return this.shared.inputs.trace();
  }

  get facts(): Readonly<Record<string, Json>> {
    return Object.fromEntries([...this.shared.looked].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, valueJson(value)]));
  }

  stepsOf(block: string): readonly { readonly id: string; readonly working: Json | undefined }[] {
    return [...this.frame.notes.values()].flatMap(({ step, computed }) =>
      (step.block.name === block ? [{ id: step.id, working: 'working' in computed ? computed.working : undefined }] : []));
  }

  restsOn(step: string): boolean {
    return this.#isNeeded(step) && !this.frame.isPut(step);
  }

  /** What is required and missing is asked for: steps go on without it, as they do without what is optional, and would yield a figure. */
  #unanswered(said: readonly Reason[]): Reason[] {
    const { inputs, policy } = this.shared;
    const asked = new Set([policy.document.selectBy.replace('inputs.', ''), ...policy.steps.filter(({ id }) => this.restsOn(id)).flatMap(({ asksFor }) => asksFor)]);
    return inputs.unanswered().filter((name) => asked.has(name))
      .map((name): Reason => ({ code: 'fact_missing', params: { fact: `$inputs.${name}` } }))
      .filter(({ params }) => !said.some((reason) => reason.params['fact'] === params['fact']));
  }

  #isNeeded(step: string): boolean {
    return this.#needed?.has(step) ?? true;
  }

  basisOf(step: string): string | undefined {
    const note = this.frame.notes.get(step);
    return note === undefined ? undefined : basisOf(note);
  }
}

/**
 * Runs a compiled policy over facts. Pure: same policy and facts, same run.
 *
 * Gates and what they need run first; amounts are worked out only when nothing denied. Exact throughout; only a `round` step
 * rounds. When sums are missing the result names all windows this pass could find.
 * Edge: a policy whose gate denies has reasons and no amounts; a required input without an answer sends the claim to a person.
 */
export function runPolicy(policy: CompiledPolicy, facts: PolicyFacts): PolicyRun | PolicyNeeds {
  const shared = sharedOf(policy, facts);
  const { selectBy } = policy.document;
  // The date that picks the sums is an answer like any other: the trace shows it, and it is asked for when it is missing.
  if (selectBy.startsWith('inputs.')) shared.inputs.get(selectBy.slice('inputs.'.length));
  return proceed(shared, new Frame(shared), { denied: true });
}

function sharedOf(policy: CompiledPolicy, facts: PolicyFacts): Shared {
  const demand = new SalesDemand(facts.sales?.sums ?? [], policy.currency);
  const selectedAt = selectionInstant(facts, policy.document.selectBy);
  return {
    policy, facts, demand, inputs: new InputValues(policy, facts, demand, selectedAt), looked: new Map(), mixed: new Set(), kept: new WeakMap(),
    date: dateOf(toLocal(selectedAt, facts.site.zone)),
  };
}

/**
 * The hull of claim window and loss window, half-open: time that no other claim for the same head, site and service may speak for.
 *
 * The loss window is counted time, which lies inside the claim window, and where the policy looks beside it: the calendar week of a loss, the open
 * hours in which sales may have been made up. Comparable windows are not of it. Needs no sums, and looks whatever a gate says: a reason may be put aside later.
 * Edge: a policy that looks nowhere else occupies exactly the claim window.
 */
export function occupiedBy(policy: CompiledPolicy, facts: PolicyFacts): Interval {
  const { window } = facts.claim;
  if (!policy.reaches) return window;
  const reach: Interval[] = [];
  const shared = { ...sharedOf(policy, facts), reach };
  new Frame(shared).go(policy.steps);
  return hull([window, ...reach, ...shared.inputs.lossWeeks()]) ?? window;
}

/** What has settled rests on sums that were there, so it stays. Edge: amounts that a late refusal makes void have left traces; that run begins anew. */
function proceed(shared: Shared, frame: Frame, before: { readonly denied: boolean }): PolicyRun | PolicyNeeds {
  const { policy, demand, inputs } = shared;
  frame.go(policy.beforeAmounts);
  const denied = frame.reasons(policy.beforeAmounts, 'denied').length > 0;
  if (denied && !before.denied) return runPolicy(policy, shared.facts);
  if (!denied) frame.go(policy.amounts);
  if (demand.missing.length === 0) return new Ran(shared, frame);
  return {
    kind: 'needs', windows: distinct(demand.missing),
    resume(facts) {
      demand.learn(facts.sales?.sums ?? []);
      inputs.forgetPending();
      frame.pending.clear();
      return proceed({ ...shared, facts }, frame, { denied });
    },
  };
}

const distinct = (windows: readonly Interval[]): Interval[] =>
  [...windows].sort((a, b) => a.from - b.from || a.to - b.to).filter(({ from, to }, index, all) => all[index - 1]?.from !== from || all[index - 1]?.to !== to);
