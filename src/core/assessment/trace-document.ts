import { dateOf, formatInstant, toLocal, type Instant } from '../time/index.js';
import type { Json } from '../audit/index.js';
import { findBlock, selectionInstant, type CompiledPolicy, type PolicyFacts, type Reason, type TracedOverride, type TraceNode } from '../policy/index.js';
import type { AssessmentResult } from './result.js';

type Fields = Readonly<Record<string, Json | undefined>>;

export interface TracedInput {
  /** `$inputs.x`, `$facts.x`, `$step`, or `$row.field` inside a row. */
  readonly ref: string;
  readonly value: Json;
}

export interface TracedParam {
  readonly value: Json;
  /** Path, unit and published source, when the step names a parameter of the policy instead of stating the value itself. */
  readonly path?: string;
  readonly unit?: string;
  readonly source?: string;
  /** The dated row that held: in force from this date on. */
  readonly inForceFrom?: string;
}

export interface TracedStep {
  readonly id: string;
  readonly block: string;
  readonly purpose: string;
  /** What the block does about rounding, in words. */
  readonly rounding: string;
  readonly inputs: Readonly<Record<string, readonly TracedInput[]>>;
  readonly params: Readonly<Record<string, TracedParam>>;
  readonly output: Json;
  readonly skipped?: 'when' | 'input';
  readonly working?: Json;
  /** Where the block ran steps of its own for each row: every row with what came of it. */
  readonly candidates?: readonly { readonly row: Json; readonly result: Json; readonly steps: readonly TracedStep[] }[];
  readonly reasons?: readonly Reason[];
  readonly override?: TracedOverride;
}

/** The whole tree of an assessment for staff and machines. Its shape is docs/api/trace.schema.json. */
export interface TraceDocument {
  readonly schema: 1;
  readonly engine: string;
  readonly policy: { readonly key: string; readonly version: number; readonly hash: string };
  readonly currency: string;
  readonly outcome: AssessmentResult['outcome'];
  readonly cashMinor: string | null;
  /** Picks the version of dated parameters, unless a step names another date. */
  readonly selectedOn: string;
  readonly steps: readonly TracedStep[];
}

/** Instants inside a stored result are numbers; people and machines outside read them as RFC 3339. */
const INSTANT_KEYS = new Set(['from', 'to', 'at']);
export const readable = (value: unknown, key = ''): unknown => {
  if (Array.isArray(value)) return value.map((item) => readable(item));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, readable(member, name)]));
  return typeof value === 'number' && INSTANT_KEYS.has(key) ? formatInstant(value as Instant) : value;
};

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

class Tree {
  readonly date: string;

  constructor(private readonly result: AssessmentResult, facts: PolicyFacts, private readonly policy: CompiledPolicy) {
    this.date = dateOf(toLocal(selectionInstant(facts, policy.document.selectBy), facts.site.zone));
  }

  /** `known`: outputs of the steps above, and the fields of the rows around. */
  steps(nodes: readonly TraceNode[], known: ReadonlyMap<string, Json>): TracedStep[] {
    const seen = new Map(known);
    return nodes.map((node) => {
      const step = this.#step(node, seen);
      seen.set(`$${node.id}`, node.output);
      return step;
    });
  }

  #step(node: TraceNode, known: ReadonlyMap<string, Json>): TracedStep {
    const block = findBlock(node.block);
    const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, refs]) =>
      [name, refs.split(', ').map((ref): TracedInput => ({ ref, value: this.#valueOf(ref, known) }))]));
    const { working, candidates } = this.#working(node, known);
    return {
      id: node.id, block: node.block, purpose: block?.purpose ?? '', rounding: block?.rounding ?? '', inputs,
      params: Object.fromEntries(Object.entries(node.params).map(([name, param]) => [name, this.#param(param, dateIn(inputs[block?.params[name]?.dated ?? '']))])),
      output: node.output,
      ...(node.skipped === undefined ? {} : { skipped: node.skipped }),
      ...(working === undefined ? {} : { working }), ...(candidates === undefined ? {} : { candidates }),
      ...(node.reasons === undefined ? {} : { reasons: node.reasons }), ...(node.override === undefined ? {} : { override: node.override }),
    };
  }

  #valueOf(ref: string, known: ReadonlyMap<string, Json>): Json {
    if (ref.startsWith('$inputs.')) return this.result.inputs[ref.slice(8)] ?? null;
    if (ref.startsWith('$facts.')) return this.result.facts[ref.slice(7)] ?? null;
    return known.get(ref) ?? null;
  }

  #param({ value, ref, source }: TraceNode['params'][string], on: string | undefined): TracedParam {
    const definition = ref?.startsWith('$params.') === true ? this.policy.document.params[ref.slice(8)] : undefined;
    const row = definition?.rows?.filter(({ from }) => from <= (on ?? this.date)).at(-1);
    return {
      value, ...(ref === undefined ? {} : { path: ref }), ...(definition === undefined ? {} : { unit: definition.unit }),
      ...(source === undefined ? {} : { source }), ...(row === undefined ? {} : { inForceFrom: row.from }),
    };
  }

  #working({ working, block, id }: TraceNode, known: ReadonlyMap<string, Json>): Pick<TracedStep, 'working' | 'candidates'> {
    if (!isFields(working) || !Array.isArray(working['candidates'])) return working === undefined ? {} : { working };
    const { candidates, ...rest } = working;
    const as = this.#rowName(block, id);
    const traced = (candidates as readonly Json[]).filter(isFields).map((candidate) => {
      const row = Array.isArray(candidate['row']) ? (candidate['row'] as readonly Json[])[0] : candidate['row'];
      const fields = isFields(row) ? Object.entries(row).map(([name, value]) => [`$${as}.${name}`, value ?? null] as const) : [];
      const nodes = Array.isArray(candidate['trace']) ? (candidate['trace'] as unknown as readonly TraceNode[]) : [];
      return { row: row ?? null, result: candidate['result'] ?? null, steps: this.steps(nodes, new Map([...known, ...fields])) };
    });
    return { ...(Object.keys(rest).length === 0 ? {} : { working: rest }), candidates: traced };
  }

  /** What a row is called inside the steps that run for it. */
  #rowName(block: string, id: string): string {
    const find = (steps: unknown): string | undefined => {
      if (!isFields(steps) && !Array.isArray(steps)) return undefined;
      const own = isFields(steps) && steps['id'] === id && steps['use'] === block && isFields(steps['with']) ? steps['with']['steps'] : undefined;
      if (isFields(own) && typeof own['as'] === 'string') return own['as'];
      return Object.values(steps).map(find).find((name) => name !== undefined);
    };
    return find(this.policy.document.steps) ?? '';
  }
}

const dateIn = (input: readonly TracedInput[] | undefined): string | undefined => {
  const value = input?.[0]?.value;
  return isFields(value) && typeof value['on'] === 'string' ? value['on'] : undefined;
};

/**
 * The trace of an assessment with everything its figures rest on: each reference with its value, each parameter with path, unit,
 * source and the dated row that held, each row of an `each` with the steps that ran for it. Instants are RFC 3339.
 * Edge: a reference to something that was not looked at, because the step was skipped, has the value null.
 */
export function traceDocument(result: AssessmentResult, facts: PolicyFacts, policy: CompiledPolicy): TraceDocument {
  const tree = new Tree(result, facts, policy);
  return readable({
    schema: 1, engine: facts.engine, policy: facts.policy, currency: result.currency, outcome: result.outcome, cashMinor: result.cashMinor,
    selectedOn: tree.date, steps: tree.steps(result.trace, new Map()),
  }) as TraceDocument;
}
