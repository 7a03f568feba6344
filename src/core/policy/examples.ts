import { formatMoney, formatRatio, money, roundRatio } from '../money/index.js';
import { formatInstant } from '../time/index.js';
import type { CompiledPolicy } from './compile.js';
import { exampleFacts } from './example-facts.js';
import type { ExampleDefinition } from './document/index.js';
import { runPolicy, type PolicyRun } from './run.js';
import type { Maybe } from './value.js';

/** One thing an example expects, beside what came out: both as an example writes them. */
export interface ExampleFigure {
  /** `outcome`, `cash` and so on, or the id of a step. */
  readonly what: string;
  readonly isStep: boolean;
  readonly expected: string;
  /** Undefined: a run has nothing of that name. */
  readonly found: string | undefined;
}

export interface ExampleOutcome {
  readonly name: string;
  /** Everything the example expects, in its order; empty when it could not be run. */
  readonly figures: readonly ExampleFigure[];
  /** What came out otherwise than written; empty when the example holds. */
  readonly differences: readonly string[];
}

/** A value as an example writes it: money as decimal text, exact fractions of a minor unit as `n/d minor`. */
export function written(value: Maybe | undefined): string {
  if (value === null || value === undefined) return 'null';
  switch (value.type) {
    case 'money': {
      const whole = roundRatio(value.amount.minor, 'down');
      return value.amount.minor.den === 1n
        ? formatMoney(money(whole, value.amount.currency))
        : `${formatRatio(value.amount.minor)} minor`;
    }
    case 'ratio': case 'number': return formatRatio(value.ratio);
    case 'duration': return `${formatRatio(value.ms)} ms`;
    case 'boolean': return String(value.is);
    case 'text': return value.text;
    case 'instant': return formatInstant(value.at);
    case 'time': return value.time.pieces.map(({ from, to, value: weight }) =>
      `${formatInstant(from)}/${formatInstant(to)}${weight.num === weight.den ? '' : ` × ${formatRatio(weight)}`}`).join(', ');
    case 'list': return value.items.join(', ');
    case 'series': return value.samples.map(({ label }) => label).join(', ');
    case 'date': return value.on;
    case 'rows': return String(value.rows.length);
    case 'benefit': return `${formatRatio(value.quantity)} ${value.unit}`;
  }
}

const outcomeOf = (run: PolicyRun, cash: Maybe | undefined): string => {
  if (run.denials.length > 0) return 'ineligible';
  if (run.reviews.length > 0 || cash?.type !== 'money') return 'refer';
  return cash.amount.minor.num > 0n ? 'eligible' : 'nil';
};

const named = (run: PolicyRun, ref: string | undefined): Maybe | undefined => (ref === undefined ? null : run.values.get(ref.slice(1)));

const codesOf = (run: PolicyRun): string[] => [...run.denials, ...run.reviews].map(({ code }) => code).toSorted();

/** What came out, under the names an example uses for it. */
function foundBy(policy: CompiledPolicy, run: PolicyRun): Readonly<Record<string, string>> {
  const { result } = policy.document;
  const cash = named(run, result.cash);
  return {
    outcome: outcomeOf(run, cash),
    cash: written(run.denials.length > 0 ? null : cash),
    receivable: written(named(run, result.receivable)),
    withheld: written(named(run, result.withheld)),
    reasons: codesOf(run).join(', '),
    benefits: (result.benefits ?? []).map((ref) => written(named(run, ref))).join(', '),
    routes: run.routes.map(({ to, code }) => `${to}: ${code}`).join(', '),
  };
}

/** Lists are compared as texts; the order of reasons says nothing. */
function expected(name: string, value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return (name === 'reasons' ? value.toSorted() : value).join(', ');
}

function compared(policy: CompiledPolicy, run: PolicyRun, expect: ExampleDefinition['expect']): Omit<ExampleOutcome, 'name'> {
  const found = foundBy(policy, run);
  const said = Object.entries(expect).filter(([name]) => name !== 'steps');
  const steps = Object.entries((expect['steps'] ?? {}) as Readonly<Record<string, unknown>>);
  const figures = [
    ...said.map(([name, value]): ExampleFigure => ({ what: name, isStep: false, expected: expected(name, value), found: found[name] })),
    ...steps.map(([id, value]): ExampleFigure => ({ what: id, isStep: true, expected: String(value), found: written(run.values.get(id)) })),
  ];
  const differences = figures.filter(({ expected: wanted, found: got }) => got !== wanted).map(({ what, isStep, expected: wanted, found: got }) => (got === undefined
    ? `"${what}" is nothing a run has; it has ${Object.keys(found).join(', ')}, steps` : `${isStep ? 'step ' : ''}${what} is ${got || 'none'}, not ${wanted || 'none'}`));
  return { figures, differences };
}

/** What an example gives: its own, on top of what the earlier example gives that it says it is like. */
export function exampleGiven(all: readonly ExampleDefinition[], index: number): ExampleDefinition['given'] {
  const { like, given = {} } = all[index] as ExampleDefinition;
  if (like === undefined) return given;
  const before = all.findIndex((example) => example.name === like);
  if (before === -1 || before >= index) throw new TypeError(`there is no example above called "${like}"`);
  const base = exampleGiven(all, before);
  return { ...base, ...given, ...(isRecord(base['inputs']) && isRecord(given['inputs']) ? { inputs: { ...base['inputs'], ...given['inputs'] } } : {}) };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Runs every worked example of a policy; exact, without tolerance. Never throws: an example that cannot be read is a difference.
 * Edge: an example that gives too few sales says which windows it lacks.
 */
export function runExamples(policy: CompiledPolicy): ExampleOutcome[] {
  const all = policy.document.examples;
  return all.map(({ name, expect }, index) => {
    try {
      const run = runPolicy(policy, exampleFacts(policy.document, exampleGiven(all, index)));
      if (run.kind === 'needs') {
        const windows = run.windows.map(({ from, to }) => `${formatInstant(from)}/${formatInstant(to)}`).join(', ');
        return { name, figures: [], differences: [`sales are not given for ${windows}`] };
      }
      return { name, ...compared(policy, run, expect) };
    } catch (error) {
      return { name, figures: [], differences: [error instanceof Error ? error.message : String(error)] };
    }
  });
}

