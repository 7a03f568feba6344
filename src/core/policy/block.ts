import type { Amount, CurrencyCode, Ratio } from '../money/index.js';
import type { Json } from '../audit/index.js';
import type { Instant } from '../time/index.js';
import type { TreeReader } from './document/index.js';
import type { PolicyFacts } from './facts.js';
import type { SalesDemand } from './sales-demand.js';
import type { Maybe, Sample, TimeValue, ValueType } from './value.js';

/** Why a claim is refused, or must be seen by a person. The sentence is in the reason catalogue. */
export interface Reason {
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What a step comes to. `pending`: sums are missing, ask and run again. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: Maybe; readonly working?: Json }
  | { readonly kind: 'denied'; readonly reasons: readonly Reason[] }
  | { readonly kind: 'review'; readonly reasons: readonly Reason[]; readonly working?: Json }
  | { readonly kind: 'pending' };

export const value = (result: Maybe, working?: Json): Outcome =>
  working === undefined ? { kind: 'value', value: result } : { kind: 'value', value: result, working };
export const review = (code: string, params: Reason['params'] = {}): Outcome => ({ kind: 'review', reasons: [{ code, params }] });
export const pending: Outcome = { kind: 'pending' };

export interface InputSpec {
  readonly types: readonly ValueType[];
  readonly optional?: boolean;
  readonly about: string;
}

export type ParamKind = 'money' | 'ratio' | 'duration' | 'count' | 'choice' | 'boolean' | 'text' | 'custom';

export interface ParamSpec {
  readonly kind: ParamKind;
  readonly about: string;
  readonly options?: readonly string[];
  /** Text used when the policy leaves the parameter out; without it the parameter is required. */
  readonly byDefault?: string;
  readonly optional?: boolean;
  /** A `$params` table may stand here, read by the key in this input. */
  readonly keyed?: string;
  /** For `custom`: reads and checks the structure, once, when the policy is compiled. */
  readonly read?: (at: TreeReader, scope: CompileScope) => unknown;
}

/** What a custom parameter may ask while the policy is compiled. */
export interface CompileScope {
  readonly currency: CurrencyCode;
  /** Reads a scalar (literal or `$params.x`) of the kind; undefined after a fault was noted. */
  scalar(at: TreeReader, kind: Exclude<ParamKind, 'custom'>, spec?: Partial<ParamSpec>): Scalar | undefined;
  /** Resolves a `$…` reference to its type and reader; undefined after a fault was noted. */
  reference(at: TreeReader, types: readonly ValueType[]): Reference | undefined;
  /** Notes a fault when the code is in neither catalogue. */
  reason(at: TreeReader): string;
  inputType(name: string): ValueType | undefined;
}

export interface Reference {
  readonly text: string;
  readonly type: ValueType;
  read(run: RunScope): Maybe;
}

/** A parameter that is ready to be read: dated rows and tables are looked up in the run. */
export interface Scalar {
  /** For the trace: `$params.cap`, or nothing for a literal. */
  readonly ref?: string;
  readonly source?: string;
  read(run: RunScope, key?: string): ScalarValue | undefined;
}

export type ScalarValue =
  | { readonly kind: 'money'; readonly amount: Amount }
  | { readonly kind: 'ratio'; readonly ratio: Ratio }
  | { readonly kind: 'duration'; readonly ratio: Ratio }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'text'; readonly text: string };

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
}

/** The inputs of one evaluation; a required one is never null here. */
export interface Inputs {
  get(name: string): Maybe;
  money(name: string): Amount;
  ratio(name: string): Ratio;
  boolean(name: string): boolean;
  text(name: string): string;
  time(name: string): TimeValue;
  samples(name: string): readonly Sample[];
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
  custom(name: string): unknown;
}

/**
 * One kind of step. A released version never changes: a fix is a new version, and the golden cases of the old one stay.
 */
export interface Block {
  readonly name: string;
  readonly version: number;
  readonly purpose: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** Gates are evaluated even when another gate has denied, so that all refusal reasons come at once. */
  readonly gate?: boolean;
  output(inputs: Readonly<Record<string, ValueType | undefined>>, params: Readonly<Record<string, string | undefined>>): ValueType;
  evaluate(inputs: Inputs, params: Params, run: RunScope): Outcome;
}

/** The instant a run is dated by, for parameters and for "which version". */
export function selectionInstant(facts: PolicyFacts, selectBy: 'outage.from' | 'claim.filedAt'): Instant {
  if (selectBy === 'claim.filedAt') return facts.claim.filedAt;
  const starts = facts.outages.flatMap(({ segments, officialWindows }) => [...segments, ...officialWindows])
    .filter(({ service, from, to }) => facts.claim.services.includes(service) && from < facts.claim.window.to && to > facts.claim.window.from)
    .map(({ from }) => from);
  return starts.length === 0 ? facts.claim.window.from : (Math.min(...starts) as Instant);
}
