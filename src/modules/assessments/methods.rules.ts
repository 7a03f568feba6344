import type { CompiledPolicy } from '../../core/policy/index.js';

/** An input by which a merchant chooses how the sum is worked out, and what can be chosen. */
export interface Method {
  readonly input: string;
  readonly values: readonly (string | boolean)[];
}

const inputIn = (ref: unknown): string | undefined => (typeof ref === 'string' ? /^\$inputs\.(\w+)$/.exec(ref)?.[1] : undefined);

/**
 * The ways a policy lets a merchant choose among: what `combine` takes as the claimant's choice, and a yes or no that alone switches
 * a step on. Asking for evidence is no choice: what must be proved is a fact about the merchant.
 */
export function methodsOf({ document }: Pick<CompiledPolicy, 'document'>): Method[] {
  const switches = document.steps.flatMap((step) => [
    ...(step.use.startsWith('combine') && step.with['method'] === 'claimant_choice' ? [inputIn(step.in['choice'])] : []), inputIn(step.when),
  ]);
  return [...new Set(switches)].flatMap((input): Method[] => {
    const definition = input === undefined ? undefined : document.inputs[input];
    if (input === undefined || definition === undefined || definition.evidence !== undefined || definition.source !== 'asked') return [];
    if (definition.type === 'boolean') return [{ input, values: [true, false] }];
    return definition.type === 'choice' && definition.options !== undefined ? [{ input, values: definition.options }] : [];
  });
}
