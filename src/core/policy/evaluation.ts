import { formatRatio } from '../money/index.js';
import type { Json } from '../audit/index.js';
import type { Inputs, Params, RunScope, ScalarValue } from './block.js';
import type { CompiledStep } from './compile.js';
import { valueOf } from './scalar.js';
import type { TraceNode } from './trace.js';
import type { Maybe, Value } from './value.js';

/** The values behind a step's inputs, in the order of its references. */
export type Gathered = Readonly<Record<string, readonly Maybe[]>>;

export const gather = (step: CompiledStep, run: RunScope): Gathered =>
  Object.fromEntries(Object.entries(step.inputs).map(([name, refs]) => [name, refs.map((ref) => ref.read(run))]));

export function inputsOf(gathered: Gathered): Inputs {
  const need = <T extends Value['type']>(name: string, type: T): Extract<Value, { type: T }> => {
    const found = gathered[name]?.[0];
    if (found?.type !== type) throw new TypeError(`the input ${name} is not a ${type}: the policy was not checked`);
    return found as Extract<Value, { type: T }>;
  };
  return {
    get: (name) => gathered[name]?.[0] ?? null,
    all: (name) => (gathered[name] ?? []).filter((value) => value !== null),
    list: (name) => gathered[name] ?? [],
    money: (name) => need(name, 'money').amount,
    ratio: (name) => {
      const found = gathered[name]?.[0];
      if (found?.type !== 'ratio' && found?.type !== 'number') throw new TypeError(`the input ${name} is not a ratio`);
      return found.ratio;
    },
    boolean: (name) => need(name, 'boolean').is,
    text: (name) => need(name, 'text').text,
    time: (name) => need(name, 'time').time,
    samples: (name) => need(name, 'series').samples,
    rows: (name) => need(name, 'rows').rows,
  };
}

export interface RunParams extends Params {
  trace(): TraceNode['params'];
  /** Whether a parameter is taken from something that is null. */
  takenIsNull(): boolean;
  /** A required parameter that states nothing for the key and date at hand. */
  missing(): string | undefined;
}

const keyOf = (value: Maybe): string | undefined =>
  (value?.type === 'text' ? value.text : value?.type === 'date' ? value.on : value?.type === 'boolean' ? String(value.is) : undefined);

export function paramsOf(step: CompiledStep, gathered: Gathered, run: RunScope): RunParams {
  const { params: specs } = step.block;
  const known = new Map<string, ScalarValue | undefined>();
  const read = (name: string): ScalarValue | undefined => {
    if (known.has(name)) return known.get(name);
    const { keyed = [], dated } = specs[name] ?? {};
    const of = (input: string): string | undefined => keyOf(gathered[input]?.[0] ?? null);
    const parts = keyed.flatMap((input) => of(input) ?? []);
    const found = step.scalars[name]?.read(run, { key: parts.length === 0 ? undefined : parts.join('/'), date: dated === undefined ? undefined : of(dated) });
    known.set(name, found);
    return found;
  };
  const need = <K extends ScalarValue['kind']>(name: string, ...kinds: K[]): Extract<ScalarValue, { kind: K }> => {
    const found = read(name);
    if (found === undefined || !(kinds as string[]).includes(found.kind)) throw new TypeError(`${step.id}: parameter ${name} has no value for ${run.date}`);
    return found as Extract<ScalarValue, { kind: K }>;
  };
  const text = (name: string): string => need(name, 'text', 'date').text;
  return {
    has: (name) => read(name) !== undefined,
    money: (name) => need(name, 'money').amount,
    ratio: (name) => need(name, 'ratio', 'number').ratio,
    durationMs: (name) => need(name, 'duration').ratio,
    count: (name) => need(name, 'count').count,
    text,
    flag: (name) => text(name) === 'true',
    dates: (name) => {
      const found = read(name);
      return found?.kind === 'dates' ? found.dates : [];
    },
    value: (name) => valueOf(read(name)),
    custom: (name) => step.customs[name],
    takenIsNull: () => Object.entries(step.scalars).some(([name, { varies, source }]) => varies && source === undefined && read(name) === undefined && specs[name]?.optional !== true),
    missing: () => {
      const [name] = Object.keys(step.scalars).filter((candidate) => read(candidate) === undefined && specs[candidate]?.optional !== true);
      return name === undefined ? undefined : (step.scalars[name]?.ref ?? name);
    },
    trace: () => Object.fromEntries(Object.entries(step.scalars).map(([name, { ref, source }]) => [name, {
      value: scalarJson(read(name)), ...(ref === undefined ? {} : { ref }), ...(source === undefined ? {} : { source }),
    }])),
  };
}

function scalarJson(scalar: ScalarValue | undefined): Json {
  if (scalar === undefined) return null;
  switch (scalar.kind) {
    case 'money': return { minor: formatRatio(scalar.amount.minor), currency: scalar.amount.currency };
    case 'ratio': case 'number': return formatRatio(scalar.ratio);
    case 'duration': return { ms: formatRatio(scalar.ratio) };
    case 'count': return scalar.count;
    case 'text': case 'date': return scalar.text;
    case 'dates': return scalar.dates;
  }
}
