import { currency as currencyOf, isCurrency, type CurrencyCode } from '../money/index.js';
import { sha256Hex, canonicalJson } from '../audit/index.js';
import type { Block, CompileScope, InputSpec, NestedSteps, ParamSpec, Reference, Scalar } from './block.js';
import { blockNames, findBlock, pinOf } from './blocks/index.js';
import { TreeReader, readStep, type PolicyDocument, type PolicyFault, type SourceText, type StepDefinition } from './document/index.js';
import { fundRule, type FundRule } from './fund-rule.js';
import { isLossWeek } from './loss-week.js';
import { Names, typeOfInput, type NamedRow } from './names.js';
import { own } from './own.js';
import { checkParams, StatedValues } from './stated.js';
import { kindOfType, readScalar } from './scalar.js';
import { planOf, type StepPlan } from './step-plan.js';
import type { ReasonCatalogue } from './reasons.js';
import type { ValueType } from './value.js';

/** One step, ready to run. */
export interface CompiledStep {
  readonly id: string;
  readonly block: Block;
  readonly inputs: Readonly<Record<string, readonly Reference[]>>;
  readonly scalars: Readonly<Record<string, Scalar>>;
  readonly customs: Readonly<Record<string, unknown>>;
  readonly when: Reference | undefined;
  readonly discretionary: boolean;
  readonly output: ValueType;
  /** Steps above that it reads, and inputs it asks for, anywhere in its definition. */
  readonly dependsOn: readonly string[];
  readonly asksFor: readonly string[];
  readonly plan: StepPlan;
}

/** A policy whose references, units and blocks are resolved; shared by every run, never changed. */
export interface CompiledPolicy {
  readonly document: PolicyDocument;
  readonly hash: string;
  readonly currency: CurrencyCode;
  readonly steps: readonly CompiledStep[];
  /**
   * Gates, counted time and what they need: run first, so that every refusal reason is found and every lane is drawn before
   * any amount is worked out.
   */
  readonly beforeAmounts: readonly CompiledStep[];
  /** The rest, run when nothing denies. */
  readonly amounts: readonly CompiledStep[];
  /** How its fund is shared, if it is. */
  readonly sharing: FundRule | undefined;
  /** Whether sales from beside the claim window can enter the amount. */
  readonly reaches: boolean;
}

const MOST_NESTED = 3;
const MOST_STEPS = 300;

/**
 * Resolves a document into something that runs, noting every fault of meaning on the way: unknown blocks, dangling and cyclic
 * references, wrong types and units, uncovered bands, unknown reasons.
 */
export class PolicyCompiler {
  readonly faults: PolicyFault[] = [];
  readonly #root: TreeReader;
  readonly #currency: CurrencyCode;
  #reaches = false;

  constructor(private readonly document: PolicyDocument, source: SourceText, private readonly reasons: ReasonCatalogue) {
    this.#root = new TreeReader(source, this.faults);
    if (!isCurrency(document.currency)) this.#root.fault('policy.wrong_unit', `"${document.currency}" is not an ISO 4217 currency`, '/currency');
    this.#currency = isCurrency(document.currency) ? document.currency : currencyOf('USD');
  }

  compile(): CompiledPolicy {
    checkParams(this.document, this.#currency, this.#root.at('params'));
    this.#checkSelector();
    const names = new Names(this.document);
    const steps = this.#compileSteps(this.document.steps, this.#root.at('steps').items(), names, 0);
    this.#checkResult(names, steps);
    const sharing = fundRule(this.document, this.#currency, this.#root.at('fund'));
    const document = pinned(this.document);
    const reaches = this.#reaches || Object.values(document.inputs).some(isLossWeek);
    const first = neededFirst(steps, this.document.result.counted?.slice(1));
    return {
      document, hash: hashOf(document), currency: this.#currency, steps, sharing, reaches,
      beforeAmounts: steps.filter(({ id }) => first.has(id)), amounts: steps.filter(({ id }) => !first.has(id)),
    };
  }

  #checkSelector(): void {
    if (this.document.process.straddle !== undefined && this.document.selectBy !== 'outage.from') {
      this.#root.at('process').at('straddle').fault('policy.unreachable', `with selectBy "${this.document.selectBy}" one date picks the version for all of the window, so nothing straddles: leave it out`);
    }
    const [scope, name = ''] = this.document.selectBy.split('.');
    const definition = own(this.document.inputs, name);
    if (scope === 'inputs' && (definition === undefined || typeOfInput(definition) !== 'date')) {
      this.#root.fault('policy.wrong_type', `"${this.document.selectBy}" must be an input of type date`, '/selectBy');
    }
  }

  #compileSteps(definitions: readonly StepDefinition[], readers: readonly TreeReader[], names: Names, depth: number): CompiledStep[] {
    if (definitions.length > MOST_STEPS) {
      readers[MOST_STEPS]?.fault('policy.shape', `there are ${definitions.length} steps; more than ${MOST_STEPS} are not read`);
      return [];
    }
    this.#checkCycles(definitions, readers);
    return definitions.flatMap((step, index) => {
      const at = readers[index] as TreeReader;
      if (names.has(step.id)) at.fault('policy.repeated', `another step is called "${step.id}" too`);
      if (!/^[A-Za-z]\w*$/.test(step.id) && step.id !== '') at.at('id').fault('policy.shape', `"${step.id}" is no name for a step: letters, digits and underscores, a letter first`);
      const compiled = this.#compileStep(step, at, names, depth);
      if (compiled === undefined) return [];
      names.add(compiled);
      return [compiled];
    });
  }

  #checkCycles(definitions: readonly StepDefinition[], readers: readonly TreeReader[]): void {
    const ids = new Map(definitions.map((step, index) => [step.id, index]));
    const needs = definitions.map((step) => refsIn([step.in, step.with, step.when ?? ''])
      .flatMap((ref) => ids.get(ref.replace(/^\$/, '')) ?? []));
    definitions.forEach((step, index) => {
      const seen = new Set<number>();
      const reach = (from: number): void => (needs[from] ?? []).forEach((next) => {
        if (!seen.has(next)) {
          seen.add(next);
          reach(next);
        }
      });
      reach(index);
      if (seen.has(index)) readers[index]?.fault('policy.cyclic_ref', `step "${step.id}" needs its own result`);
    });
  }

  #compileStep(step: StepDefinition, at: TreeReader, names: Names, depth: number): CompiledStep | undefined {
    const block = findBlock(step.use);
    if (block === undefined) {
      at.at('use').fault('policy.unknown_block', `there is no block "${step.use}"; known are ${blockNames().join(', ')}`);
      return undefined;
    }
    if (block.reaches !== undefined) this.#reaches = true;
    at.at('in').only(Object.keys(block.inputs));
    at.at('with').only(Object.keys(block.params));
    const inputs = this.#inputs(block.inputs, at.at('in'), names);
    const types = Object.fromEntries(Object.entries(inputs).flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first.type]])));
    const scope = this.#scope(names, inputs, types, depth);
    const scalars: Record<string, Scalar> = {};
    const customs: Record<string, unknown> = {};
    for (const [name, spec] of Object.entries(block.params)) {
      if (spec.kind === 'custom') customs[name] = custom(name, spec, at, block, scope);
      else {
        const scalar = this.#param(name, spec, at.at('with'), block, scope);
        if (scalar !== undefined) scalars[name] = scalar;
      }
    }
    const when = step.when === undefined ? undefined : scope.reference(at.at('when'), ['boolean']);
    const refs = refsIn([step.in, step.with, step.when ?? '']);
    return {
      id: step.id, block, inputs, scalars, customs, when, discretionary: step.discretionary === true,
      output: block.output({
        input: (name) => types[name], scalar: (name) => scalars[name]?.kind, custom: (name) => customs[name],
      }),
      dependsOn: [...new Set(refs.filter((ref) => /^\$[A-Za-z]\w*$/.test(ref)).map((ref) => ref.slice(1)))],
      asksFor: [...new Set(refs.filter((ref) => ref.startsWith('$inputs.')).map((ref) => ref.slice(8)))],
      plan: planOf(block, inputs, scalars),
    };
  }

  #inputs(specs: Readonly<Record<string, InputSpec>>, at: TreeReader, names: Names): Record<string, readonly Reference[]> {
    const inputs: Record<string, readonly Reference[]> = {};
    for (const [name, spec] of Object.entries(specs)) {
      if (!at.has(name)) {
        if (spec.optional !== true) at.fault('policy.missing', `the step needs the input "${name}": ${spec.about}`);
        continue;
      }
      const own = at.at(name);
      const listed = Array.isArray(own.tree);
      if (listed && spec.many !== true) own.fault('policy.shape', `"${name}" takes one reference, not a list`);
      inputs[name] = (listed ? own.items() : [own]).flatMap((item) => this.#reference(item, spec.types, names) ?? []);
    }
    return inputs;
  }

  #param(name: string, spec: ParamSpec, at: TreeReader, block: Block, scope: CompileScope): Scalar | undefined {
    const kind = spec.like === undefined ? (spec.kind as Scalar['kind'] | 'any') : (kindOfType(scope.inputType(spec.like)) ?? 'money');
    if (at.has(name)) return scope.scalar(at.at(name), kind, spec);
    if (spec.byDefault !== undefined && kind !== 'any') {
      const read = readScalar(spec.byDefault, kind, this.#currency, undefined, spec.options);
      return typeof read === 'string' ? undefined : { kind, varies: false, read: () => read };
    }
    if (spec.optional !== true) at.fault('policy.missing', `"${block.name}" needs "${name}": ${spec.about}`);
    return undefined;
  }

  #scope(names: Names, inputs: Readonly<Record<string, readonly Reference[]>>, types: Readonly<Record<string, ValueType>>, depth: number): CompileScope {
    const stated = new StatedValues(this.document, this.#currency, names);
    return {
      currency: this.#currency,
      scalar: (at, kind, spec) => stated.scalar(at, kind, spec ?? {}),
      reference: (at, allowed) => this.#reference(at, allowed, names),
      reason: (at) => this.#reason(at),
      rows: (at, kind) => stated.rows(at, kind),
      inputType: (name) => types[name],
      fieldsOf: (name) => inputs[name]?.[0]?.fields ?? {},
      nested: (at, as, fields) => this.#nested(at, { as, fields }, names, depth + 1),
    };
  }

  #nested(at: TreeReader, row: NamedRow, names: Names, depth: number): NestedSteps {
    if (depth > MOST_NESTED) at.fault('policy.shape', `steps are nested more than ${MOST_NESTED} deep`);
    const inner = names.within(row);
    const readers = at.items();
    const steps = depth > MOST_NESTED ? [] : this.#compileSteps(readers.map(readStep), readers, inner, depth);
    return { as: row.as, steps, typeOf: (id) => inner.typeOf(id), checkUsed: (result) => checkReachable(steps, [result], readers) };
  }

  #reason(at: TreeReader): string {
    const code = at.text();
    if (code !== '' && own(this.reasons, code) === undefined && own(this.document.reasons, code) === undefined) {
      at.fault('policy.unknown_reason', `the reason "${code}" has no message: use one of the shared catalogue, or write it under "reasons" in en, ko and fr`);
    }
    return code;
  }

  #reference(at: TreeReader, types: readonly ValueType[], names: Names): Reference | undefined {
    const text = at.text();
    if (text === '') return undefined;
    const found = names.find(text);
    if (typeof found === 'string') {
      at.fault('policy.dangling_ref', found);
      return undefined;
    }
    if (types.length > 0 && !types.includes(found.type)) {
      at.fault('policy.wrong_type', `"${text}" is a ${found.type}, but ${types.join(' or ')} is needed here`);
      return undefined;
    }
    return found;
  }

  #checkResult(names: Names, steps: readonly CompiledStep[]): void {
    const { result, process } = this.document;
    const at = this.#root.at('result');
    const wanted = { cash: ['money'], receivable: ['money'], withheld: ['money'], counted: ['time'], shown: ['boolean'] } as const;
    for (const [name, types] of Object.entries(wanted)) if (at.has(name)) this.#reference(at.at(name), types, names);
    for (const item of at.at('benefits').items()) this.#reference(item, ['benefit'], names);
    checkReachable(steps, refsIn(result).map((ref) => ref.slice(1)), this.#root.at('steps').items());
    const codes = this.#root.at('process').at('refuseByRule').items();
    process.refuseByRule.forEach((_code, index) => codes[index] !== undefined && this.#reason(codes[index]));
    const stated = new StatedValues(this.document, this.#currency, names);
    for (const name of ['upTo', 'perMerchant'] as const) stated.scalar(this.#root.at('process').at('automatic').at(name), 'money', {});
  }
}

/** A step that neither the result nor a gate needs is a mistake: somebody meant it to matter. */
function checkReachable(steps: readonly CompiledStep[], results: readonly string[], readers: readonly TreeReader[]): void {
  const needed = new Set<string>(results);
  for (const step of [...steps].reverse()) if (needed.has(step.id) || step.block.gate === true) step.dependsOn.forEach((id) => needed.add(id));
  const idle = new Set(steps.filter(({ id, block }) => block.gate !== true && !needed.has(id)).map(({ id }) => id));
  for (const at of readers) {
    const id = at.at('id').tree;
    if (typeof id === 'string' && idle.has(id)) at.fault('policy.unreachable', `nothing uses step "${id}": name it in a later step or in the result, or leave it out`);
  }
}

function custom(name: string, spec: ParamSpec, at: TreeReader, block: Block, scope: CompileScope): unknown {
  const own = at.at('with').at(name);
  if (at.at('with').has(name)) return spec.read?.(own, scope);
  if (spec.optional !== true) own.fault('policy.missing', `"${block.name}" needs "${name}": ${spec.about}`);
  return undefined;
}

/** All references anywhere in a definition, such as those of the tests of a gate. */
function refsIn(tree: unknown): string[] {
  if (typeof tree === 'string') return tree.startsWith('$') ? [tree] : [];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.values(tree).flatMap(refsIn);
}

function neededFirst(steps: readonly CompiledStep[], counted: string | undefined): ReadonlySet<string> {
  const needed = new Set(steps.filter(({ id, block }) => block.gate === true || id === counted).map(({ id }) => id));
  for (const step of [...steps].reverse()) if (needed.has(step.id)) step.dependsOn.forEach((id) => needed.add(id));
  return needed;
}

/** The document with every block pinned to its version, nested ones too: what is hashed and stored. */
const pinned = (document: PolicyDocument): PolicyDocument => ({ ...document, steps: document.steps.map((step) => pinnedStep(step)) });

function pinnedStep<T extends { readonly use?: unknown; readonly with?: unknown }>(step: T): T {
  const block = typeof step.use === 'string' ? findBlock(step.use) : undefined;
  const inner = isRecord(step.with) && isRecord(step.with['steps']) ? step.with['steps'] : undefined;
  const nested = inner !== undefined && Array.isArray(inner['do'])
    ? { with: { ...(step.with as object), steps: { ...inner, do: inner['do'].map((one: unknown) => (isRecord(one) ? pinnedStep(one) : one)) } } } : {};
  return { ...step, ...nested, ...(block === undefined ? {} : { use: pinOf(block) }) };
}

const isRecord = (tree: unknown): tree is Readonly<Record<string, unknown>> => typeof tree === 'object' && tree !== null && !Array.isArray(tree);

/** Examples are tests and texts are words: neither changes what is paid, both are part of what was approved. */
const hashOf = (document: PolicyDocument): string => sha256Hex(canonicalJson(document));
