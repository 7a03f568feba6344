import type { Block, Reference, RunScope, Scalar, ScalarValue } from './block.js';
import { pinOf } from './blocks/index.js';
import { tracedParams } from './traced-params.js';
import type { TraceNode } from './trace.js';

/** A parameter whose value depends on the run: dated, by key, or taken from another step. */
interface VaryingScalar {
  readonly name: string;
  readonly scalar: Scalar;
  readonly keyed: readonly string[];
  readonly dated: string | undefined;
}

/** What of a step is the same in every run, worked out once when it is compiled: a policy runs thousands of times. */
export interface StepPlan {
  readonly pin: string;
  readonly inputs: readonly { readonly name: string; readonly refs: readonly Reference[] }[];
  /** The references as the trace shows them. */
  readonly inputTexts: TraceNode['inputs'];
  /** Inputs without which the step is skipped. */
  readonly needs: readonly { readonly name: string; readonly many: boolean }[];
  readonly fixed: ReadonlyMap<string, ScalarValue | undefined>;
  readonly varying: readonly VaryingScalar[];
  /** Parameters that are taken from a step which may have yielded nothing. */
  readonly taken: readonly string[];
  readonly required: readonly string[];
  /** All parameters as the trace shows them, when none depends on the run. */
  readonly traced: TraceNode['params'] | undefined;
}

/** A parameter that is stated once, for every key and date, reads nothing of the run. */
const NO_RUN = { date: '' } as RunScope;

export function planOf(block: Block, inputs: Readonly<Record<string, readonly Reference[]>>, scalars: Readonly<Record<string, Scalar>>): StepPlan {
  const { params } = block;
  const named = Object.entries(scalars);
  const fixed = new Map(named.flatMap(([name, scalar]) => (scalar.varies ? [] : [[name, scalar.read(NO_RUN)] as const])));
  const varying = named.flatMap(([name, scalar]) => (fixed.has(name) ? [] : [{ name, scalar, keyed: params[name]?.keyed ?? [], dated: params[name]?.dated }]));
  const required = named.flatMap(([name]) => (params[name]?.optional === true ? [] : [name]));
  return {
    pin: pinOf(block),
    inputs: Object.entries(inputs).map(([name, refs]) => ({ name, refs })),
    inputTexts: Object.fromEntries(Object.entries(inputs).map(([name, refs]) => [name, refs.map(({ text }) => text).join(', ')])),
    needs: Object.entries(block.inputs).flatMap(([name, { optional, many }]) => (optional === true ? [] : [{ name, many: many === true }])),
    fixed, varying, required,
    taken: required.filter((name) => scalars[name]?.varies === true && scalars[name].source === undefined),
    traced: varying.length === 0 ? tracedParams(scalars, fixed) : undefined,
  };
}
