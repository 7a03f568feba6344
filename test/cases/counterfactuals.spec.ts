import { describe, expect, it } from '@jest/globals';
import { counterfactuals, dialsOf, MOST_RUNS, reaches, type Change, type Counterfactuals } from '../../src/core/assessment/counterfactual.js';
import { assess, type AssessmentResult } from '../../src/core/assessment/index.js';
import type { PolicyFacts } from '../../src/core/policy/index.js';
import fc from 'fast-check';
import { shippedExamples, type ShippedExample } from '../support/shipped.js';

const examples = shippedExamples();
const example = (policy: string, words: string): ShippedExample => {
  const found = examples.find(({ title }) => title.startsWith(policy) && title.includes(words));
  if (found === undefined) throw new Error(`no example of ${policy} with "${words}"`);
  return found;
};

/** The first example of each outcome of each policy: a search makes hundreds of runs, and further examples turn the same dials. */
const some = examples.filter(({ policy, result }, index) =>
  examples.findIndex((one) => one.policy.document.policy === policy.document.policy && one.result.outcome === result.outcome) === index);

function standingOf(facts: PolicyFacts, { policy }: ShippedExample): Pick<AssessmentResult, 'outcome' | 'cashMinor'> {
  const run = assess(facts, policy);
  if (run.kind !== 'assessed') throw new Error('asks for sales');
  return { outcome: run.result.outcome, cashMinor: run.result.cashMinor };
}

/** A told change reaches the goal, and one step less does not. */
function expectSmallest(told: Counterfactuals, change: Change, one: ShippedExample): void {
  const dial = dialsOf(one.facts, one.policy).dials.find(({ path }) => path === change.path);
  const { moves } = dial ?? {};
  if (moves === undefined) throw new Error(`no dial ${change.path}`);
  if (moves.kind === 'options') {
    const setting = moves.all.find(({ shown }) => shown === change.to);
    const becomes = standingOf((setting as { facts: PolicyFacts }).facts, one);
    expect({ ...change, becomes }).toEqual(change);
    expect(reaches(told.goal, told.now, becomes)).toBe(true);
    return;
  }
  const steps = BigInt(change.steps ?? '0');
  const at = moves.at(steps);
  expect([at.shown, standingOf(at.facts, one)]).toEqual([change.to, change.becomes]);
  expect(reaches(told.goal, told.now, change.becomes)).toBe(true);
  const before = steps - (steps > 0n ? 1n : -1n);
  expect(reaches(told.goal, told.now, standingOf(before === 0n ? one.facts : moves.at(before).facts, one))).toBe(false);
}

describe('counterfactuals', () => {
  it.each(some.map((one) => [one.title, one] as const))('of "%s": each change told turns the result, the next smaller one does not', (_title, one) => {
    const told = counterfactuals(one.facts, one.policy);
    [...told.changeable, ...told.given].forEach((change) => expectSmallest(told, change, one));
    expect(told.runs).toBeLessThanOrEqual(MOST_RUNS);
  });

  it('are the same whenever they are asked for', () => {
    for (const one of some.slice(0, 12)) expect(counterfactuals(one.facts, one.policy)).toEqual(counterfactuals(one.facts, one.policy));
  });

  it('hold for claims near the examples: other sizes, other filing days, other answers', () => {
    const turnover = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(fc.property(fc.constantFrom(...examples), turnover, fc.integer({ min: -40, max: 40 }), (one, value, days) => {
      const sizes = one.facts.merchant.sizes.map((size) => (size.measure === 'turnover' ? { ...size, value: String(value) } : size));
      const facts = { ...one.facts, merchant: { ...one.facts.merchant, sizes }, claim: { ...one.facts.claim, filedAt: (one.facts.claim.filedAt + days * 86_400_000) as typeof one.facts.claim.filedAt } };
      if (assess(facts, one.policy).kind !== 'assessed') return;
      const moved = { ...one, facts };
      const told = counterfactuals(facts, one.policy);
      [...told.changeable, ...told.given].forEach((change) => expectSmallest(told, change, moved));
    }), { numRuns: 60 });
  });

  it('of a loss that neither records show nor a tariff covers: choosing the tariff is what the merchant can change', () => {
    const told = counterfactuals(example('default-gbp', 'nobody chose the tariff').facts, example('default-gbp', 'nobody chose the tariff').policy);
    expect(told.goal).toBe('decided');
    expect(told.changeable).toContainEqual({ path: '$inputs.takeTariff', from: null, to: true, becomes: { outcome: 'eligible', cashMinor: '4500' } });
  });

  it('of an outage no longer than the waiting period: so many minutes more, to the minute', () => {
    const one = example('default-gbp', 'no longer than the waiting period');
    const told = counterfactuals(one.facts, one.policy);
    const [longer] = told.given.filter(({ path }) => path === '$facts.outage.end');
    // 18.00 an hour; the least that is paid is 5.00, so 17 minutes (5.10) and not 16 (4.80).
    expect(longer).toMatchObject({ steps: '17', becomes: { outcome: 'eligible', cashMinor: '510' } });
  });

  it('where two reasons refuse, no single change is told', () => {
    const one = example('default-gbp', 'no recorded trouble and no enrolment');
    const told = counterfactuals(one.facts, one.policy);
    expect([told.goal, told.changeable, told.given]).toEqual(['not_refused', [], []]);
  });

  it('at a cap, nothing the merchant says brings more', () => {
    const one = example('default-gbp', 'the cap ends');
    expect(counterfactuals(one.facts, one.policy)).toMatchObject({ goal: 'more', changeable: [] });
  });

  it('of a band: the sum at which the next one begins, to the smallest unit', () => {
    const one = examples.find(({ title, result }) => title.startsWith('kr-kakao-2022-free-service') && result.outcome === 'eligible') as ShippedExample;
    const told = counterfactuals(one.facts, one.policy);
    const [less] = told.changeable.filter(({ path }) => path === '$inputs.lossWeekSales');
    expect(less).toBeDefined();
    expectSmallest(told, less as Change, one);
  });

  it('that would look at sales nobody froze are named, not guessed', () => {
    const untried = some.filter(({ title }) => title.startsWith('default-')).flatMap((one) => counterfactuals(one.facts, one.policy).untried);
    expect(new Set(untried.map(({ why }) => why))).toContain('needs_sales');
  });
});
