import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { assess, type AssessmentResult } from '../../core/assessment/index.js';
import { compilePolicy, exampleFacts, readReasons } from '../../core/policy/index.js';
import { decideByRule, type RuleFacts } from './decide-by-rule.rules.js';

const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const { policy } = compilePolicy(readFileSync('policies/default-gbp.yaml', 'utf8'), reasons);
if (policy === undefined) throw new Error('the default policy does not compile');

const resultOf = (given: Record<string, unknown>): AssessmentResult => {
  const outcome = assess(exampleFacts(policy.document, given), policy);
  if (outcome.kind !== 'assessed') throw new Error('asks for sales');
  return outcome.result;
};

const awarded = resultOf({ segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T14:00Z' }], inputs: { takeTariff: 'true' } });
const base: RuleFacts = {
  result: awarded, policy, merchantVerified: true, hasParsedSales: true, late: false, hasFund: true, outagesEnded: true, automaticTotalMinor: 0n,
};

describe('deciding by rule', () => {
  it('offers when every condition holds', () => {
    expect(decideByRule(base)).toEqual({ kind: 'offer', amountMinor: 5_400n });
  });

  it.each<[string, Partial<RuleFacts>, string]>([
    ['the outage is not final', { result: { ...awarded, provisional: true } }, 'outage_not_final'],
    ['the merchant is not verified', { merchantVerified: false }, 'identity_not_verified'],
    ['it was filed late', { late: true }, 'filed_late'],
    ['there is no fund', { hasFund: false }, 'fund_exhausted'],
    ['the amount is above the limit', { result: { ...awarded, cashMinor: '200001' } }, 'automatic_limit'],
    ['the merchant\'s automatic total is used up', { automaticTotalMinor: 494_601n }, 'automatic_limit'],
  ])('gives it to a person when %s', (_when, change, code) => {
    expect(decideByRule({ ...base, ...change })).toEqual({ kind: 'refer', why: [code] });
  });

  it('names every obstacle at once', () => {
    const verdict = decideByRule({ ...base, merchantVerified: false, late: true, hasFund: false });
    expect(verdict).toEqual({ kind: 'refer', why: ['identity_not_verified', 'filed_late', 'fund_exhausted'] });
  });

  it('takes exactly the limit, and exactly what is left of the total', () => {
    expect(decideByRule({ ...base, result: { ...awarded, cashMinor: '200000' } }).kind).toBe('offer');
    expect(decideByRule({ ...base, automaticTotalMinor: 494_600n }).kind).toBe('offer');
  });

  it('refuses only for reasons on the policy\'s list, and never while counted or unknown time is in doubt', () => {
    const nothing = resultOf({});
    expect(decideByRule({ ...base, result: nothing })).toMatchObject({ kind: 'refuse', reasons: [{ code: 'outage_not_recorded' }] });
    expect(decideByRule({ ...base, result: resultOf({ enrolled: 'false' }) }).kind).toBe('refer');
    const doubtful: AssessmentResult = { ...nothing, lanes: { ...nothing.lanes, recorded: [{ ...nothing.lanes.recorded[0], state: 'unknown' } as never] } };
    expect(decideByRule({ ...base, result: doubtful }).kind).toBe('refer');
  });

  it('leaves nothing due to a person', () => {
    const nil = resultOf({ segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T10:30Z' }], inputs: { takeTariff: 'true' } });
    expect(nil.outcome).toBe('nil');
    expect(decideByRule({ ...base, result: nil })).toEqual({ kind: 'refer', why: ['nothing_due'] });
  });
});
