import { currency as currencyOf, isCurrency, type CurrencyCode } from '../money/index.js';
import { sha256Hex, canonicalJson } from '../audit/index.js';
import type { Block, CompileScope, InputSpec, ParamSpec, Reference, RunScope, Scalar } from './block.js';
import { blockNames, findBlock, pinOf } from './blocks/index.js';
import { TreeReader, type InputType, type PolicyDocument, type PolicyFault, type SourceText, type StepDefinition } from './document/index.js';
import { FACTS } from './fact-catalogue.js';
import { expectedUnit, readScalar, unitFits } from './scalar.js';
import type { ReasonCatalogue } from './reasons.js';
import type { ValueType } from './value.js';

/** One step, ready to run. */
export interface CompiledStep {
  readonly id: string;
  readonly block: Block;
  readonly inputs: Readonly<Record<string, Reference>>;
  readonly scalars: Readonly<Record<string, Scalar>>;
  readonly customs: Readonly<Record<string, unknown>>;
  readonly when: Reference | undefined;
  readonly output: ValueType;
  readonly dependsOn: readonly string[];
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
  readonly beforeAmounts: ReadonlySet<string>;
}

const INPUT_VALUES: Readonly<Record<InputType, ValueType>> = {
  money: 'money', ratio: 'ratio', number: 'number', boolean: 'boolean', text: 'text', choice: 'text', series: 'series',
};

/**
 * Resolves a document into something that runs, noting every fault of meaning on the way: unknown blocks, dangling and cyclic
 * references, wrong types and units, uncovered bands, unknown reasons.
 */
export class PolicyCompiler {
  readonly faults: PolicyFault[] = [];
  readonly #steps = new Map<string, CompiledStep>();
  readonly #root: TreeReader;
  readonly #currency: CurrencyCode;

  constructor(private readonly document: PolicyDocument, source: SourceText, private readonly reasons: ReasonCatalogue) {
    this.#root = new TreeReader(source, this.faults);
    if (!isCurrency(document.currency)) this.#root.fault('policy.wrong_unit', `"${document.currency}" is not an ISO 4217 currency`, '/currency');
    this.#currency = isCurrency(document.currency) ? document.currency : currencyOf('USD');
  }

  compile(): CompiledPolicy {
    this.#checkParams();
    const ids = new Map(this.document.steps.map((step, index) => [step.id, index]));
    this.#checkCycles(ids);
    const readers = this.#root.at('steps').items();
    const steps = this.document.steps.flatMap((step, index) => {
      const at = readers[index] as TreeReader;
      if (ids.get(step.id) !== index) at.fault('policy.repeated', `another step is called "${step.id}" too`);
      const compiled = this.#compileStep(step, at);
      if (compiled === undefined) return [];
      this.#steps.set(step.id, compiled);
      return [compiled];
    });
    this.#checkResult();
    return {
      document: pinned(this.document, steps), hash: hashOf(pinned(this.document, steps)), currency: this.#currency, steps,
      beforeAmounts: neededFirst(steps, this.document.result.counted?.slice(1)),
    };
  }

  #checkParams(): void {
    for (const [name, definition] of Object.entries(this.document.params)) {
      const at = this.#root.at('params').at(name);
      if (/^[A-Z]{3}\b/.test(definition.unit) && isCurrency(definition.unit.slice(0, 3)) && definition.unit.slice(0, 3) !== this.#currency) {
        at.fault('policy.mixed_currencies', `parameter "${name}" is in ${definition.unit.slice(0, 3)}, the policy in ${this.#currency}`);
      }
      const dates = definition.rows?.map((row) => row.from) ?? [];
      if (dates.some((date, index) => !/^\d{4}-\d{2}-\d{2}$/.test(date) || (index > 0 && date <= (dates[index - 1] ?? '')))) {
        at.at('rows').fault('policy.shape', 'dated rows begin with a date (YYYY-MM-DD) and stand in rising order');
      }
    }
  }

  #checkCycles(ids: ReadonlyMap<string, number>): void {
    const needs = this.document.steps.map((step) => [...Object.values(step.in), step.when ?? '']
      .flatMap((ref) => ids.get(ref.replace(/^\$/, '')) ?? []));
    this.document.steps.forEach((step, index) => {
      const seen = new Set<number>();
      const reach = (from: number): void => (needs[from] ?? []).forEach((next) => {
        if (!seen.has(next)) {
          seen.add(next);
          reach(next);
        }
      });
      reach(index);
      if (seen.has(index)) this.#root.fault('policy.cyclic_ref', `step "${step.id}" needs its own result`, `/steps/${index}`);
    });
  }

  #compileStep(step: StepDefinition, at: TreeReader): CompiledStep | undefined {
    const block = findBlock(step.use);
    if (block === undefined) {
      at.at('use').fault('policy.unknown_block', `there is no block "${step.use}"; known are ${blockNames().join(', ')}`);
      return undefined;
    }
    at.at('in').only(Object.keys(block.inputs));
    at.at('with').only(Object.keys(block.params));
    const inputs = this.#inputs(block.inputs, at.at('in'));
    const types = Object.fromEntries(Object.entries(inputs).map(([name, ref]) => [name, ref.type]));
    const scope = this.#scope(types);
    const scalars: Record<string, Scalar> = {};
    const customs: Record<string, unknown> = {};
    for (const [name, spec] of Object.entries(block.params)) {
      const param = at.at('with').at(name);
      if (spec.kind === 'custom') {
        if (at.at('with').has(name)) customs[name] = spec.read?.(param, scope);
        else if (spec.optional !== true) param.fault('policy.missing', `"${block.name}" needs "${name}": ${spec.about}`);
        continue;
      }
      const scalar = this.#param(name, spec, at.at('with'), block);
      if (scalar !== undefined) scalars[name] = scalar;
    }
    const when = step.when === undefined ? undefined : this.#reference(at.at('when'), ['boolean']);
    const texts = Object.fromEntries(Object.entries(step.with).map(([key, text]) => [key, typeof text === 'string' ? text : undefined]));
    const refs = [...Object.values(step.in), step.when ?? ''];
    return {
      id: step.id, block, inputs, scalars, customs, when,
      output: block.output(types, texts),
      dependsOn: [...new Set([...refs, ...refsIn(step.with)].filter((ref) => /^\$[A-Za-z]\w*$/.test(ref)).map((ref) => ref.slice(1)))],
    };
  }

  #inputs(specs: Readonly<Record<string, InputSpec>>, at: TreeReader): Record<string, Reference> {
    const inputs: Record<string, Reference> = {};
    for (const [name, spec] of Object.entries(specs)) {
      if (!at.has(name)) {
        if (spec.optional !== true) at.fault('policy.missing', `the step needs the input "${name}": ${spec.about}`);
        continue;
      }
      const reference = this.#reference(at.at(name), spec.types);
      if (reference !== undefined) inputs[name] = reference;
    }
    return inputs;
  }

  #param(name: string, spec: ParamSpec, at: TreeReader, block: Block): Scalar | undefined {
    if (at.has(name)) return this.#scalar(at.at(name), spec.kind as 'money', spec);
    if (spec.byDefault !== undefined) {
      const read = readScalar(spec.byDefault, spec.kind, this.#currency, undefined, spec.options);
      return typeof read === 'string' ? undefined : { read: () => read };
    }
    if (spec.optional !== true) at.fault('policy.missing', `"${block.name}" needs "${name}": ${spec.about}`, at.path);
    return undefined;
  }

  #scope(types: Readonly<Record<string, ValueType>>): CompileScope {
    return {
      currency: this.#currency,
      scalar: (at, kind, spec) => this.#scalar(at, kind, spec ?? {}),
      reference: (at, allowed) => this.#reference(at, allowed),
      reason: (at) => this.#reason(at),
      inputType: (name) => types[name],
    };
  }

  #reason(at: TreeReader): string {
    const code = at.text();
    if (code !== '' && this.reasons[code] === undefined && this.document.reasons[code] === undefined) {
      at.fault('policy.unknown_reason', `the reason "${code}" has no message: use one of the shared catalogue, or write it under "reasons" in en, ko and fr`);
    }
    return code;
  }

  #scalar(at: TreeReader, kind: Exclude<ParamSpec['kind'], 'custom'>, spec: Partial<ParamSpec>): Scalar | undefined {
    const text = at.text();
    if (text === '') return undefined;
    if (text.startsWith('$')) return this.#paramRef(at, text, kind, spec);
    const read = readScalar(text, kind, this.#currency, undefined, spec.options);
    if (typeof read !== 'string') return { read: () => read };
    at.fault(kind === 'choice' || kind === 'boolean' ? 'policy.shape' : 'policy.wrong_unit', read);
    return undefined;
  }

  #paramRef(at: TreeReader, text: string, kind: ParamSpec['kind'], spec: Partial<ParamSpec>): Scalar | undefined {
    const name = text.replace(/^\$params\./, '');
    const definition = text.startsWith('$params.') ? this.document.params[name] : undefined;
    if (definition === undefined) {
      at.fault('policy.dangling_ref', `"${text}" refers to nothing; parameters are ${Object.keys(this.document.params).join(', ')}`);
      return undefined;
    }
    if (!unitFits(kind, definition.unit, this.#currency)) {
      at.fault('policy.wrong_unit', `"${text}" is stated in ${definition.unit}, but ${expectedUnit(kind, this.#currency)} is needed here`);
      return undefined;
    }
    const values = { ...definition.table, ...(definition.otherwise === undefined ? {} : { ' otherwise': definition.otherwise }) };
    const all = [definition.value, ...(definition.rows ?? []).map((row) => row.value), ...Object.values(values)].filter((entry) => entry !== undefined);
    const read = new Map(all.map((entry) => [entry, readScalar(entry, kind, this.#currency, definition.unit, spec.options)]));
    for (const [entry, result] of read) if (typeof result === 'string') at.fault('policy.wrong_unit', `parameter "${name}": ${result} (${entry})`);
    return {
      ref: text,
      source: definition.source,
      read: (run, key) => {
        const dated = definition.rows?.filter((row) => row.from <= run.date).at(-1)?.value;
        const keyed = key === undefined ? undefined : (definition.table?.[key] ?? definition.otherwise);
        const found = read.get(definition.value ?? dated ?? keyed ?? '');
        return typeof found === 'string' ? undefined : found;
      },
    };
  }

  #reference(at: TreeReader, types: readonly ValueType[]): Reference | undefined {
    const text = at.text();
    if (text === '') return undefined;
    const found = this.#find(text);
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

  #find(text: string): Reference | string {
    const [scope = '', ...rest] = text.replace(/^\$/, '').split('.');
    const name = rest.join('.');
    if (!text.startsWith('$')) return `"${text}" is not a reference: write $inputs.x, $facts.x or $step`;
    if (scope === 'facts') {
      const fact = FACTS[name];
      if (fact === undefined) return `there is no fact "${name}"; known are ${Object.keys(FACTS).join(', ')}`;
      return { text, type: fact.type, read: (run) => fact.read(run.facts, Number.parseInt(run.date.slice(0, 4), 10)) };
    }
    if (scope === 'inputs') {
      const definition = this.document.inputs[name];
      if (definition === undefined) return `there is no input "${name}"; known are ${Object.keys(this.document.inputs).join(', ')}`;
      return { text, type: INPUT_VALUES[definition.type], read: (run) => inputOf(run, name) };
    }
    const step = this.#steps.get(scope);
    if (step !== undefined) return { text, type: step.output, read: (run) => run.stepValue(scope) ?? null };
    const later = this.document.steps.some(({ id }) => id === scope);
    return later ? `step "${scope}" comes later or is faulty: a step may only use those above it` : `"${text}" refers to nothing`;
  }

  #checkResult(): void {
    const { result } = this.document;
    const at = this.#root.at('result');
    this.#reference(at.at('cash'), ['money']);
    if (result.counted !== undefined) this.#reference(at.at('counted'), ['time']);
    if (result.shown !== undefined) this.#reference(at.at('shown'), ['boolean']);
    this.#checkReachable(result.cash.slice(1));
    this.document.process.refuseByRule.forEach((_code, index) => {
      const item = this.#root.at('process').at('refuseByRule').items()[index];
      if (item !== undefined) this.#reason(item);
    });
    for (const [name, kind] of [['upTo', 'money'], ['perMerchant', 'money']] as const) this.#scalar(this.#root.at('process').at('automatic').at(name), kind, {});
  }

  /** A step that neither the result nor a gate needs is a mistake: somebody meant it to matter. */
  #checkReachable(cash: string): void {
    const needed = new Set<string>([cash, this.document.result.counted?.slice(1) ?? '', this.document.result.shown?.slice(1) ?? '']);
    const steps = [...this.#steps.values()].reverse();
    for (const step of steps) if (needed.has(step.id) || step.block.gate === true) step.dependsOn.forEach((id) => needed.add(id));
    this.document.steps.forEach((step, index) => {
      const compiled = this.#steps.get(step.id);
      if (compiled !== undefined && compiled.block.gate !== true && !needed.has(step.id)) {
        this.#root.fault('policy.unreachable', `nothing uses step "${step.id}": name it in a later step or in the result, or leave it out`, `/steps/${index}`);
      }
    });
  }
}

const inputOf = (run: RunScope, name: string) => {
  const found = run.inputValue(name);
  return found === 'pending' ? null : found;
};

/** `$step` references inside the structured parameters of a step, such as the tests of a gate. */
function refsIn(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.values(tree).flatMap(refsIn);
}

function neededFirst(steps: readonly CompiledStep[], counted: string | undefined): ReadonlySet<string> {
  const needed = new Set(steps.filter(({ id, block }) => block.gate === true || id === counted).map(({ id }) => id));
  for (const step of [...steps].reverse()) if (needed.has(step.id)) step.dependsOn.forEach((id) => needed.add(id));
  return needed;
}

/** The document with every block pinned to its version: what is hashed and stored. */
function pinned(document: PolicyDocument, steps: readonly CompiledStep[]): PolicyDocument {
  const pins = new Map(steps.map(({ id, block }) => [id, pinOf(block)]));
  return { ...document, steps: document.steps.map((step) => ({ ...step, use: pins.get(step.id) ?? step.use })) };
}

/** Examples are tests and texts are words: neither changes what is paid, both are part of what was approved. */
const hashOf = (document: PolicyDocument): string => sha256Hex(canonicalJson(document));
