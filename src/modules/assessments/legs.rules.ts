import type { AssessmentResult } from '../../core/assessment/index.js';
import type { CompiledPolicy } from '../../core/policy/index.js';

/** One of the ways to a sum that a policy joins: from the records, or by a tariff that is paid without them. */
export interface Leg {
  readonly kind: 'records' | 'tariff';
  /** As the step came out, in minor units as exact ratio text, before cap and rounding; undefined where it yields nothing. */
  readonly minor: string | undefined;
  /** Whether it is what the sum now rests on. */
  readonly used: boolean;
}

type Step = CompiledPolicy['document']['steps'][number];

const refsOf = (step: Step): string[] => Object.values(step.in).flat().flatMap((ref) => /^\$(\w+)$/.exec(ref)?.[1] ?? []);

const minorIn = (result: AssessmentResult | undefined, id: string): string | undefined => {
  const output = result?.trace.find((node) => node.id === id)?.output;
  const minor = typeof output === 'object' && output !== null && 'minor' in output ? output.minor : undefined;
  return typeof minor === 'string' ? minor : undefined;
};

/**
 * The measured leg and the tariff that stands beside it, where a policy joins the two; empty where it does not. What is not chosen shows
 * what it would come to, from the runs with the other answers.
 * Edge: records that do not show the loss yield nothing, whatever was chosen.
 */
export function legsOf({ document }: Pick<CompiledPolicy, 'document'>, own: AssessmentResult, others: readonly (AssessmentResult | undefined)[]): Leg[] {
  const steps = new Map(document.steps.map((step) => [step.id, step]));
  const restsOnSales = (step: Step): boolean => /^(shortfall|baseline)(@|$)/.test(step.use) || refsOf(step).some((id) => {
    const before = steps.get(id);
    return before !== undefined && restsOnSales(before);
  });
  const kindOf = (step: Step | undefined): Leg['kind'] | undefined => {
    if (step === undefined) return undefined;
    if (restsOnSales(step)) return 'records';
    return step.when?.startsWith('$inputs.') === true ? 'tariff' : undefined;
  };
  for (const join of document.steps.filter(({ use }) => /^combine(@|$)/.test(use))) {
    const legs = refsOf(join).flatMap((id) => ({ id, kind: kindOf(steps.get(id)) }));
    if (!legs.some(({ kind }) => kind === 'records') || !legs.some(({ kind }) => kind === 'tariff')) continue;
    const paid = legs.find(({ id }) => minorIn(own, id) !== undefined)?.id;
    return legs.flatMap(({ id, kind }): Leg[] => (kind === undefined ? [] : [{
      kind, used: id === paid, minor: [own, ...(kind === 'tariff' ? others : [])].map((result) => minorIn(result, id)).find((minor) => minor !== undefined),
    }]));
  }
  return [];
}
