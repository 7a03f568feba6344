import type { Amount, CurrencyCode, Ratio } from '../money/index.js';
import type { Json } from '../audit/index.js';
import { localToInstantBy, parseLocal, type Instant, type IntervalSet } from '../time/index.js';
import type { SelectBy, TreeReader } from './document/index.js';
import type { PolicyFacts } from './facts.js';
import { own } from './own.js';
import type { SalesDemand } from './sales-demand.js';
import type { Maybe, Row, Sample, TimeValue, Value, ValueType } from './value.js';

/** Why a claim is refused, or must be seen by a person. The sentence is in the reason catalogue. */
export interface Reason {
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  /** A person may put this reason aside by an override; every other refusal stands. */
  readonly waivable?: true;
}

/** Something the policy asks for beside an outcome: a second approver, or a kind of evidence. */
export interface Route {
  readonly to: 'second_approver' | 'evidence';
  readonly code: string;
  readonly evidence?: string;
}

/** What a step comes to. `pending`: sums are missing, ask and run again. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: Maybe; readonly working?: Json; readonly routes?: readonly Route[] }
  | { readonly kind: 'denied'; readonly reasons: readonly Reason[] }
  | { readonly kind: 'review'; readonly reasons: readonly Reason[]; readonly working?: Json; readonly value?: Maybe }
  | { readonly kind: 'pending' };

export const value = (result: Maybe, working?: Json): Outcome =>
  working === undefined ? { kind: 'value', value: result } : { kind: 'value', value: result, working };
export const money = (amount: Amount, working?: Json): Outcome => value({ type: 'money', amount }, working);
export const review = (code: string, params: Reason['params'] = {}): Outcome => ({ kind: 'review', reasons: [{ code, params }] });
export const pending: Outcome = { kind: 'pending' };

export interface InputSpec {
  readonly types: readonly ValueType[];
  readonly optional?: boolean;
  /** Takes a list of references, in the order in which they are written. */
  readonly many?: boolean;
  readonly about: string;
}

export type ScalarKind = 'money' | 'ratio' | 'number' | 'duration' | 'count' | 'choice' | 'boolean' | 'text' | 'date' | 'dates';
export type ParamKind = ScalarKind | 'custom' | 'any';

export interface ParamSpec {
  /** `any`: the kind follows from the stated unit of the parameter it refers to. */
  readonly kind: ParamKind;
  readonly about: string;
  readonly options?: readonly string[];
  /** Text used when the policy leaves the parameter out; without it the parameter is required. */
  readonly byDefault?: string;
  readonly optional?: boolean;
  /** A `$params` table may stand here, read by the key in these inputs; two are joined by a stroke. */
  readonly keyed?: readonly string[];
  /** A `$params` with dated rows is read as of the date in this input, instead of the date of the run. */
  readonly dated?: string;
  /** The kind is that of this input: a cap on money is money, a cap on a ratio a ratio. */
  readonly like?: string;
  /** For `custom`: reads and checks the structure, once, when the policy is compiled. */
  readonly read?: (at: TreeReader, scope: CompileScope) => unknown;
}

/** What a custom parameter may ask while the policy is compiled. */
export interface CompileScope {
  readonly currency: CurrencyCode;
  /** Reads a scalar (literal, `$params.x`, or a reference to a value of that kind); undefined after a fault was noted. */
  scalar(at: TreeReader, kind: ScalarKind | 'any', spec?: Partial<ParamSpec>): Scalar | undefined;
  /** Resolves a `$…` reference to its type and reader; undefined after a fault was noted. */
  reference(at: TreeReader, types: readonly ValueType[]): Reference | undefined;
  /** Notes a fault when the code is in neither catalogue. */
  reason(at: TreeReader): string;
  /** All rows of a dated parameter, oldest first. */
  rows(at: TreeReader, kind: ScalarKind): readonly { readonly from: string; readonly scalar: ScalarValue }[];
  inputType(name: string): ValueType | undefined;
  /** Fields of the rows that an input holds. */
  fieldsOf(input: string): Readonly<Record<string, ValueType>>;
  /** Compiles steps that see all that stands above, and the fields of one row under `as`. */
  nested(steps: TreeReader, as: string, fields: Readonly<Record<string, ValueType>>): NestedSteps;
}

export interface Reference {
  readonly text: string;
  readonly type: ValueType;
  readonly fields?: Readonly<Record<string, ValueType>>;
  read(run: RunScope): Maybe;
}

/** A parameter that is ready to be read: dated rows and tables are looked up in the run. */
export interface Scalar {
  readonly kind: ScalarKind;
  /** For the trace: `$params.cap` or `$limit`, or nothing for a literal. */
  readonly ref?: string;
  readonly source?: string;
  /** Stated for one date or key at a time, or taken from another step: known only in a run. */
  readonly varies: boolean;
  read(run: RunScope, at?: ScalarKey): ScalarValue | undefined;
}

/** Which entry of a table, as of which date. */
export interface ScalarKey {
  readonly key?: string | undefined;
  readonly date?: string | undefined;
}

export type ScalarValue =
  | { readonly kind: 'money'; readonly amount: Amount }
  | { readonly kind: 'ratio' | 'number'; readonly ratio: Ratio }
  | { readonly kind: 'duration'; readonly ratio: Ratio }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'text' | 'date'; readonly text: string }
  | { readonly kind: 'dates'; readonly dates: readonly string[] };

/** One run of one policy over one set of facts. */
export interface RunScope {
  readonly facts: PolicyFacts;
  readonly currency: CurrencyCode;
  readonly head: string;
  readonly demand: SalesDemand;
  /** The date that picks dated parameters, `YYYY-MM-DD`. */
  readonly date: string;
  stepValue(id: string): Maybe | undefined;
  inputValue(name: string): Maybe | 'pending';
  /** A fact by its name; null, and a reason for a person, when it is money of another currency than the policy's. */
  fact(name: string, read: () => Maybe | 'mixed'): Maybe;
  /** What follows from an object of this run, worked out once however often a step is tried. */
  once<T>(of: object, question: string, make: () => T): T;
  /** The row at hand, inside nested steps. */
  row(as: string): Row | undefined;
  /** Runs nested steps for one row. */
  each(steps: NestedSteps, row: Row): NestedRun;
}

export interface NestedSteps {
  readonly as: string;
  /** Compiled steps; only the engine looks inside. */
  readonly steps: readonly unknown[];
  readonly typeOf: (id: string) => ValueType | undefined;
  /** Notes steps that the result does not need. */
  readonly checkUsed: (result: string) => void;
}

export interface NestedRun {
  readonly value: (id: string) => Maybe;
  readonly trace: readonly Json[];
  readonly pending: boolean;
  readonly reasons: readonly Reason[];
}

/** The inputs of one evaluation; a required one is never null here. */
export interface Inputs {
  get(name: string): Maybe;
  /** All values of a `many` input that are there. */
  all(name: string): readonly Value[];
  /** All values of a `many` input in the order of the policy; null where there is none. */
  list(name: string): readonly Maybe[];
  money(name: string): Amount;
  ratio(name: string): Ratio;
  boolean(name: string): boolean;
  text(name: string): string;
  time(name: string): TimeValue;
  samples(name: string): readonly Sample[];
  rows(name: string): readonly Row[];
}

/** The parameters of one evaluation. Getters throw when the spec allows none: that was checked when the policy was compiled. */
export interface Params {
  has(name: string): boolean;
  money(name: string): Amount;
  ratio(name: string): Ratio;
  /** Milliseconds. */
  durationMs(name: string): Ratio;
  count(name: string): number;
  text(name: string): string;
  flag(name: string): boolean;
  dates(name: string): readonly string[];
  /** A parameter of kind `any` or `like`, as a value. */
  value(name: string): Maybe;
  custom(name: string): unknown;
}

/** What is known of a step while it is compiled, from which the type of its result follows. */
export interface OutputScope {
  readonly input: (name: string) => ValueType | undefined;
  readonly scalar: (name: string) => ScalarKind | undefined;
  readonly custom: (name: string) => unknown;
}

/**
 * One kind of step. A released version never changes: a fix is a new version, and the golden cases of the old one stay.
 */
export interface Block {
  readonly name: string;
  readonly version: number;
  readonly group: 'gates' | 'time' | 'loss' | 'amount' | 'bounds';
  readonly purpose: string;
  /** What is rounded, and how; "none" when the result is exact. */
  readonly rounding: string;
  /** One example with an edge, in words. */
  readonly example: string;
  /** The scheme or practice that needs it. */
  readonly source: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** Gates are evaluated even when another gate has denied, so that all refusal reasons come at once. */
  readonly gate?: boolean;
  output(scope: OutputScope): ValueType;
  evaluate(inputs: Inputs, params: Params, run: RunScope): Outcome;
  /** Time beside the claim window whose sales enter what the step comes to; known without the sums. */
  reaches?(inputs: Inputs, params: Params, run: RunScope): IntervalSet;
}

/** The instant a run is dated by, for parameters and for "which version". */
export function selectionInstant(facts: PolicyFacts, selectBy: SelectBy): Instant {
  if (selectBy === 'claim.filedAt') return facts.claim.filedAt;
  if (selectBy !== 'outage.from') return answeredDay(facts, selectBy.slice('inputs.'.length)) ?? facts.claim.window.from;
  const starts = facts.outages.flatMap(({ segments, officialWindows }) => [...segments, ...officialWindows])
    .filter(({ service, from, to }) => facts.claim.services.includes(service) && from < facts.claim.window.to && to > facts.claim.window.from)
    .map(({ from }) => from);
  return starts.length === 0 ? facts.claim.window.from : (Math.min(...starts) as Instant);
}

/** Midnight, at the site, of a date that was asked for. */
function answeredDay(facts: PolicyFacts, name: string): Instant | undefined {
  const given = own(facts.inputs, name)?.value;
  const day = typeof given === 'string' ? parseLocal(given) : undefined;
  return day?.ok === true ? localToInstantBy(day.value, facts.site.zone, 'first') : undefined;
}
