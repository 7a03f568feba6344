import { formatMoney, formatRatio, money, roundRatio } from '../money/index.js';
import { formatInstant } from '../time/index.js';
import type { CompiledPolicy } from './compile.js';
import { exampleFacts } from './example-facts.js';
import type { ExampleDefinition } from './document/index.js';
import { runPolicy, type PolicyRun } from './run.js';
import type { Maybe } from './value.js';

export interface ExampleOutcome {
  readonly name: string;
  /** What came out otherwise than written; empty when the example holds. */
  readonly differences: readonly string[];
}

/** A value as an example writes it: money as decimal text, exact fractions of a minor unit as `n/d minor`. */
function written(value: Maybe | undefined): string {
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
  }
}

const outcomeOf = (run: PolicyRun, cash: Maybe | undefined): string => {
  if (run.denials.length > 0) return 'ineligible';
  if (run.reviews.length > 0 || cash?.type !== 'money') return 'refer';
  return cash.amount.minor.num > 0n ? 'eligible' : 'nil';
};

function differences(policy: CompiledPolicy, run: PolicyRun, expect: ExampleDefinition['expect']): string[] {
  const cash = run.values.get(policy.document.result.cash.slice(1));
  const found: string[] = [];
  const compare = (what: string, expected: unknown, actual: string): void => {
    if (typeof expected === 'string' && expected !== actual) found.push(`${what} is ${actual}, not ${expected}`);
  };
  compare('the outcome', expect['outcome'], outcomeOf(run, cash));
  compare('cash', expect['cash'], written(run.denials.length > 0 ? null : cash));
  const reasons = [...run.denials, ...run.reviews].map(({ code }) => code);
  const expected = expect['reasons'];
  if (Array.isArray(expected) && expected.toSorted().join() !== reasons.toSorted().join()) {
    found.push(`the reasons are ${reasons.join(', ') || 'none'}, not ${expected.join(', ')}`);
  }
  for (const [id, value] of Object.entries((expect['steps'] ?? {}) as Record<string, unknown>)) {
    compare(`step ${id}`, value, written(run.values.get(id)));
  }
  return found;
}

/**
 * Runs every worked example of a policy; exact, without tolerance. Never throws: an example that cannot be read is a difference.
 * Edge: an example that gives too few sales says which windows it lacks.
 */
export function runExamples(policy: CompiledPolicy): ExampleOutcome[] {
  return policy.document.examples.map(({ name, given, expect }) => {
    try {
      const run = runPolicy(policy, exampleFacts(policy.document, given));
      if (run.kind === 'needs') {
        const windows = run.windows.map(({ from, to }) => `${formatInstant(from)}/${formatInstant(to)}`).join(', ');
        return { name, differences: [`sales are not given for ${windows}`] };
      }
      return { name, differences: differences(policy, run, expect) };
    } catch (error) {
      return { name, differences: [error instanceof Error ? error.message : String(error)] };
    }
  });
}

