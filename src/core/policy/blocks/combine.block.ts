import { compareRatio, ZERO } from '../../money/index.js';
import { review, value, type Block } from '../block.js';
import { figureOf, type Value } from '../value.js';

export const combine: Block = {
  name: 'combine',
  version: 1,
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
    const chosen = method === 'claimant_choice' ? chosenLeg(legs, inputs.get('choice')) : joined(legs, method);
    if (chosen !== undefined) return value(chosen, { of: legs.length });
    const reason = params.custom('otherwise');
    return typeof reason === 'string' ? review(reason) : value(null);
  },
};

function joined([first, ...rest]: readonly Value[], method: string): Value | undefined {
  if (first === undefined || method === 'first_non_null') return first;
  const sign = method === 'min' ? -1 : 1;
  const size = (of: Value) => figureOf(of) ?? ZERO;
  return rest.reduce((best, next) => (compareRatio(size(next), size(best)) * sign > 0 ? next : best), first);
}

function chosenLeg(legs: readonly Value[], choice: Value | null): Value | undefined {
  const text = choice?.type === 'text' ? choice.text : choice?.type === 'number' || choice?.type === 'ratio' ? choice.ratio.num.toString() : '';
  return /^[1-9]$/.test(text) ? legs[Number.parseInt(text, 10) - 1] : undefined;
}
