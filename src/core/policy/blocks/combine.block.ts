import { compareRatio, formatRatio, ZERO } from '../../money/index.js';
import { review, value, type Block, type Inputs } from '../block.js';
import { figureOf, type Maybe, type Value } from '../value.js';

const combineOf = (version: number, choices: (inputs: Inputs) => readonly Maybe[]): Block => ({
  name: 'combine',
  version,
  group: 'amount',
  purpose: 'Joins legs: the first that yields something, the smallest or largest, or the one the claimant chose among those listed.',
  rounding: 'none',
  example: 'legs of nothing and 45.00: the first that yields is 45.00; when none does, a person looks',
  source: 'Post Office Horizon (fixed or assessed); Japan cooperation money (claimant\'s choice); fallback chains of comparables',
  inputs: {
    legs: { types: ['money', 'ratio', 'number', 'text'], many: true, optional: true, about: 'the legs, in order; a leg that is null does not yield' },
    choice: { types: ['number', 'ratio', 'text'], optional: true, about: 'for `claimant_choice`: which leg, counted from 1' },
  },
  params: {
    method: { kind: 'choice', options: ['first_non_null', 'min', 'max', 'claimant_choice'], about: 'how the legs are joined' },
    otherwise: { kind: 'custom', optional: true, about: 'the reason for review when no leg yields', read: (at, scope) => scope.reason(at) },
  },
  output: (scope) => scope.input('legs') ?? 'money',
  evaluate(inputs, params) {
    const legs = inputs.all('legs');
    const method = params.text('method');
    const chosen = method === 'claimant_choice' ? chosenLeg(choices(inputs), inputs.get('choice')) : joined(legs, method);
    if (chosen !== undefined) return value(chosen, { of: legs.length });
    const reason = params.custom('otherwise');
    return typeof reason === 'string' ? review(reason) : value(null);
  },
});

/** Counted the legs that yield: where the first did not, the second choice was the third leg. Kept for policies published with it. */
export const combineThatYield: Block = combineOf(1, (inputs) => inputs.all('legs'));

/** The claimant's choice counts the legs as the policy lists them; a leg that yields nothing, chosen, yields nothing. */
export const combine: Block = combineOf(2, (inputs) => inputs.list('legs'));

function joined([first, ...rest]: readonly Value[], method: string): Value | undefined {
  if (first === undefined || method === 'first_non_null') return first;
  const sign = method === 'min' ? -1 : 1;
  const size = (of: Value) => figureOf(of) ?? ZERO;
  return rest.reduce((best, next) => (compareRatio(size(next), size(best)) * sign > 0 ? next : best), first);
}

function chosenLeg(legs: readonly Maybe[], choice: Maybe): Value | undefined {
  const text = choice?.type === 'text' ? choice.text : choice?.type === 'number' || choice?.type === 'ratio' ? formatRatio(choice.ratio) : '';
  return /^[1-9]$/.test(text) ? (legs[Number.parseInt(text, 10) - 1] ?? undefined) : undefined;
}
