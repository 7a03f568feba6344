import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assess, type AssessmentResult } from '../../src/core/assessment/index.js';
import { canonicalJson } from '../../src/core/audit/index.js';
import type { CompiledPolicy, PolicyFacts } from '../../src/core/policy/index.js';
import { FACT_CHANGES, worseFacts } from '../support/fuzz-facts.js';
import { ran, smallPolicy } from '../support/policy.js';
import { shippedExamples, type ShippedExample } from '../support/shipped.js';

let all: readonly ShippedExample[] = [];
beforeAll(() => {
  all = shippedExamples();
});

/** One example of each policy that comes to a sum. */
const paying = (): ShippedExample[] => [...new Map(all.filter(({ result }) => result.outcome === 'eligible').map((example) => [example.policy.document.policy, example])).values()];

const SUMS = ['cashMinor', 'withheldMinor', 'receivableMinor'] as const;

/** What an assessment comes to, held to what every result must be; undefined when it asks for sales. */
function sound(facts: PolicyFacts, policy: CompiledPolicy): AssessmentResult | undefined {
  const run = assess(facts, policy);
  if (run.kind === 'needs') return undefined;
  const { result } = run;
  // No float, no NaN, no half character: the result can be hashed.
  expect(canonicalJson(result).length).toBeGreaterThan(0);
  for (const name of SUMS) expect(result[name] ?? '0').toMatch(/^\d+$/);
  const [hasSum, isPaid] = [result.cashMinor !== null, BigInt(result.cashMinor ?? '0') > 0n];
  expect([hasSum, isPaid]).toEqual({ eligible: [true, true], nil: [true, false], refer: [false, false], ineligible: [false, false] }[result.outcome]);
  expect(result.reasons.length > 0).toBe(!hasSum);
  return result;
}

describe('facts that are wrong, missing or extreme', () => {
  it.each(Object.keys(FACT_CHANGES))('%s: a result, a refusal or a person, in every policy that pays', (name) => {
    for (const { policy, facts } of paying()) sound((FACT_CHANGES[name] as (of: CompiledPolicy) => (facts: PolicyFacts) => PolicyFacts)(policy)(facts), policy);
  });

  it('and any mixture of them, with answers of any shape', () => {
    const began = performance.now();
    for (const { policy, facts } of paying()) {
      fc.assert(fc.property(worseFacts(policy), (change) => {
        sound(change(facts), policy);
      }), { numRuns: performance.now() - began > 5_000 ? 2 : 25 });
    }
  });
});

describe('a required answer that is missing', () => {
  it('is asked for, in every example of every policy: no sum comes from what nobody said', () => {
    let asked = 0;
    for (const { title, policy, facts, result } of all.filter(({ result: { cashMinor } }) => cashMinor !== null)) {
      for (const name of Object.keys(policy.document.inputs).filter((input) => policy.document.inputs[input]?.required === true && facts.inputs[input] !== undefined)) {
        const { [name]: _left, ...inputs } = facts.inputs;
        const without = sound({ ...facts, inputs }, policy);
        if (without === undefined) continue;
        if (without.cashMinor !== null) expect([title, name, without.cashMinor]).toEqual([title, name, result.cashMinor]);
        else asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(500);
  });
});

describe('money of another currency', () => {
  const policy = (left: string) => smallPolicy({
    inputs: { money: 'money' }, result: { cash: '$out' },
    steps: [{ id: 'gate', use: 'eligible', with: { all: [{ code: 'turnover_above_limit', left, op: 'at_most', right: '5000.00', missing: 'pass' }] } },
      { id: 'out', use: 'round', in: { value: '$inputs.money' }, with: { unit: '0.01', mode: 'down' } }],
  });
  const claim = { id: 'x', version: 1, filedAt: Date.UTC(2026, 2, 4), window: { from: Date.UTC(2026, 2, 3, 9), to: Date.UTC(2026, 2, 3, 17) }, services: ['service'] } as unknown as PolicyFacts['claim'];
  const award = (currency: string) => ({ claimId: 'a', head: 'lost_sales', intervals: [claim.window], gross: { minor: '100', currency } });
  const fee = (currency: string) => ({ service: 'service', region: '*', from: 0 as never, fee: { minor: '100', currency } });

  it.each<[string, string, Partial<PolicyFacts>]>([
    ['a turnover', '$facts.merchant.turnover', { merchant: { id: 'x', verified: true, sector: { system: 'x', code: 'x' }, sizes: [{ measure: 'turnover', year: 2025, value: '1', currency: 'JPY', source: 'x' }] } }],
    ['a fee', '$facts.enrolment.fee', { enrolments: [fee('JPY')] }], ['two fees', '$facts.enrolment.fee', { enrolments: [fee('GBP'), fee('JPY')] }],
    ['an earlier award', '$facts.entitlements.earlier', { earlier: [award('JPY')] }], ['two earlier awards', '$facts.entitlements.earlier', { earlier: [award('GBP'), award('JPY')] }],
    ['a declared loss', '$facts.claim.declaredLoss', { claim: { ...claim, declaredLoss: { minor: '1', currency: 'JPY' } } }],
  ])('%s goes to a person, and is never compared as if it were pounds', (_what, fact, change) => {
    const run = ran(policy(fact), { inputs: { money: '1.00' } }, change);
    expect(run.reviews).toEqual([{ code: 'units_do_not_match', params: { fact } }]);
    expect(run.facts[fact.replace('$facts.', '')]).toBeNull();
  });
});

describe('what cannot be paid', () => {
  const assessed = (money: string, unit = '0.01'): AssessmentResult | undefined => {
    const policy = smallPolicy({ inputs: { money: 'money', third: 'ratio' }, steps: [{ id: 'out', use: 'percent', in: { of: '$inputs.money', rate: '$inputs.third' } }] });
    const { facts } = all[0] as ShippedExample;
    return sound({ ...facts, inputs: { money: { value: money, provenance: 'declared' }, third: { value: unit, provenance: 'declared' } } }, policy);
  };

  it('less than nought, or a fraction that nobody rounded, goes to a person', () => {
    expect(assessed('-1.00', '1')).toMatchObject({ outcome: 'refer', reasons: [{ code: 'amount_not_computable' }] });
    expect(assessed('1.00', '1/3')).toMatchObject({ outcome: 'refer', reasons: [{ code: 'amount_not_computable' }] });
    expect(assessed('1.00', '1')).toMatchObject({ outcome: 'eligible', cashMinor: '100' });
    expect(assessed('0.00', '1')).toMatchObject({ outcome: 'nil', cashMinor: '0' });
  });
});

describe('a level of degradation that is no share', () => {
  it('counts as the state alone does', () => {
    const policy = smallPolicy({ steps: [
      { id: 'down', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'scale', degraded: '1/2', unknown: '0' } },
      { id: 'hours', use: 'measure', in: { time: '$down' }, with: { unit: 'hour', parts: 'exact' } },
      { id: 'out', use: 'per_unit', in: { units: '$hours' }, with: { rate: '10.00' } }], result: { cash: '$out', counted: '$down' } });
    const paid = (level?: string) => ran(policy, { segments: [{ state: 'degraded', at: '2026-03-03T10:00Z/2026-03-03T12:00Z', ...(level === undefined ? {} : { level }) }] }).values.get('out');
    for (const level of ['7', '-1', 'much', '1']) expect(paid(level)).toEqual(paid());
    expect(paid('1/2')).not.toEqual(paid());
    expect(paid('0')).not.toEqual(paid());
  });
});
