import { describe, expect, it } from '@jest/globals';
import { ran, smallPolicy } from '../../../../test/support/policy.js';
import { valueJson } from '../index.js';

const choice = (use: string, pick: string, type = 'number') => {
  const policy = smallPolicy({
    inputs: { a: 'money', b: 'money', c: 'money', pick: type },
    steps: [{ id: 'out', use, in: { legs: ['$inputs.a', '$inputs.b', '$inputs.c'], choice: '$inputs.pick' }, with: { method: 'claimant_choice', otherwise: 'individual_review' } }],
  });
  const run = ran(policy, { inputs: { b: '2.00', c: '3.00', pick } });
  return run.reviews.map(({ code }) => code)[0] ?? valueJson(run.values.get('out') ?? null);
};
const pence = (minor: string): object => ({ minor, currency: 'GBP', samples: undefined });

describe('the claimant\'s choice among legs of which the first yields nothing', () => {
  it('counts the legs as the policy lists them', () => {
    expect([choice('combine', '1'), choice('combine', '2'), choice('combine', '3')]).toEqual(['individual_review', pence('200'), pence('300')]);
    expect(choice('combine', '2', 'text')).toEqual(pence('200'));
  });

  it('of an older policy counts the legs that yield, as when it was published', () => {
    expect([choice('combine@1', '1'), choice('combine@1', '2'), choice('combine@1', '3')]).toEqual([pence('200'), pence('300'), 'individual_review']);
  });

  it.each(['0', '4', '3/2', '-1', '1.5'])('%s is no leg', (pick) => {
    expect(choice('combine', pick)).toBe('individual_review');
  });
});

describe('a baseline without a comparable', () => {
  const baseline = (ins: object, inputs: object, given: object = {}) => ran(smallPolicy({
    inputs: { weeks: 'series' },
    steps: [{ id: 'time', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } },
      { id: 'out', use: 'baseline', in: ins, with: { method: 'mean', minimum: '0' } }], result: { cash: '$out', counted: '$time' },
  }), { inputs, ...given }).values.get('out');

  it('is none, also where a policy asks for none', () => {
    expect(baseline({ candidates: '$inputs.weeks' }, {})).toBeNull();
    const given = { segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T11:00Z' }], sales: [], coverage: '2026-03-03T00:00Z/2026-03-04T00:00Z' };
    expect(baseline({ over: '$time' }, {}, given)).toBeNull();
  });
});
