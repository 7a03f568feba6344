import type { Amount, Ratio } from '../money/index.js';
import type { Inputs, Params, RunScope, ScalarValue } from './block.js';
import type { CompiledStep } from './compile.js';
import { valueOf } from './scalar.js';
import { tracedParams } from './traced-params.js';
import type { TraceNode } from './trace.js';
import type { Maybe, Row, Sample, TimeValue, Value } from './value.js';

/** The values behind a step's inputs, in the order of its references. */
export type Gathered = Readonly<Record<string, readonly Maybe[]>>;

export function gather({ plan }: CompiledStep, run: RunScope): Gathered {
  const gathered: Record<string, readonly Maybe[]> = {};
  for (const { name, refs } of plan.inputs) gathered[name] = refs.map((ref) => ref.read(run));
  return gathered;
}

/** Whether an input that the step cannot do without came to nothing. */
export const lacksInput = ({ plan }: CompiledStep, gathered: Gathered): boolean =>
  plan.needs.some(({ name, many }) => (many ? !(gathered[name] ?? []).some((value) => value !== null) : (gathered[name]?.[0] ?? null) === null));

/** The inputs of one evaluation, by name. */
export class StepInputs implements Inputs {
  constructor(private readonly gathered: Gathered) {}

  get(name: string): Maybe {
    return this.gathered[name]?.[0] ?? null;
  }

  all(name: string): readonly Value[] {
    return (this.gathered[name] ?? []).filter((value) => value !== null);
  }

  list(name: string): readonly Maybe[] {
    return this.gathered[name] ?? [];
  }

  money(name: string): Amount {
    return this.#need(name, 'money').amount;
  }

  ratio(name: string): Ratio {
    const found = this.gathered[name]?.[0];
    if (found?.type !== 'ratio' && found?.type !== 'number') throw new TypeError(`the input ${name} is not a ratio`);
    return found.ratio;
  }

  boolean(name: string): boolean {
    return this.#need(name, 'boolean').is;
  }

  text(name: string): string {
    return this.#need(name, 'text').text;
  }

  time(name: string): TimeValue {
    return this.#need(name, 'time').time;
  }

  samples(name: string): readonly Sample[] {
    return this.#need(name, 'series').samples;
  }

  rows(name: string): readonly Row[] {
    return this.#need(name, 'rows').rows;
  }

  #need<T extends Value['type']>(name: string, type: T): Extract<Value, { type: T }> {
    const found = this.gathered[name]?.[0];
    if (found?.type !== type) throw new TypeError(`the input ${name} is not a ${type}: the policy was not checked`);
    return found as Extract<Value, { type: T }>;
  }
}

const keyOf = (value: Maybe): string | undefined =>
  (value?.type === 'text' ? value.text : value?.type === 'date' ? value.on : value?.type === 'boolean' ? String(value.is) : undefined);

/** The parameters of one evaluation. All that vary are read at once, so that a run has looked at the same facts whoever asks what. */
export class StepParams implements Params {
  readonly #read: ReadonlyMap<string, ScalarValue | undefined>;

  constructor(private readonly step: CompiledStep, gathered: Gathered, private readonly run: RunScope) {
    const { fixed, varying } = step.plan;
    this.#read = varying.length === 0 ? fixed : new Map([...fixed, ...varying.map(({ name, scalar, keyed, dated }) => {
      const of = (input: string): string | undefined => keyOf(gathered[input]?.[0] ?? null);
      const parts = keyed.flatMap((input) => of(input) ?? []);
      return [name, scalar.read(run, { key: parts.length === 0 ? undefined : parts.join('/'), date: dated === undefined ? undefined : of(dated) })] as const;
    })]);
  }

  has(name: string): boolean {
    return this.#read.get(name) !== undefined;
  }

  money(name: string): Amount {
    return this.#need(name, 'money').amount;
  }

  ratio(name: string): Ratio {
    return this.#need(name, 'ratio', 'number').ratio;
  }

  durationMs(name: string): Ratio {
    return this.#need(name, 'duration').ratio;
  }

  count(name: string): number {
    return this.#need(name, 'count').count;
  }

  text(name: string): string {
    return this.#need(name, 'text', 'date').text;
  }

  flag(name: string): boolean {
    return this.text(name) === 'true';
  }

  dates(name: string): readonly string[] {
    const found = this.#read.get(name);
    return found?.kind === 'dates' ? found.dates : [];
  }

  value(name: string): Maybe {
    return valueOf(this.#read.get(name));
  }

  custom(name: string): unknown {
    return this.step.customs[name];
  }

  /** Whether a parameter is taken from something that is null. */
  takenIsNull(): boolean {
    return this.step.plan.taken.some((name) => this.#read.get(name) === undefined);
  }

  /** A required parameter that states nothing for the key and date at hand. */
  missing(): string | undefined {
    const name = this.step.plan.required.find((candidate) => this.#read.get(candidate) === undefined);
    return name === undefined ? undefined : (this.step.scalars[name]?.ref ?? name);
  }

  trace(): TraceNode['params'] {
    return this.step.plan.traced ?? tracedParams(this.step.scalars, this.#read);
  }

  #need<K extends ScalarValue['kind']>(name: string, ...kinds: K[]): Extract<ScalarValue, { kind: K }> {
    const found = this.#read.get(name);
    if (found === undefined || !(kinds as string[]).includes(found.kind)) throw new TypeError(`${this.step.id}: parameter ${name} has no value for ${this.run.date}`);
    return found as Extract<ScalarValue, { kind: K }>;
  }
}
