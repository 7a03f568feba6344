import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { assess, type AssessmentResult } from '../../core/assessment/index.js';
import { compilePolicy, exampleFacts, exampleGiven, readReasons, type CompiledPolicy } from '../../core/policy/index.js';
import { decideByRule, type RuleFacts } from './decide-by-rule.rules.js';

const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const compiled = (text: string): CompiledPolicy => {
  const { policy: ready, faults } = compilePolicy(text, reasons);
  if (ready === undefined) throw new Error(JSON.stringify(faults));
  return ready;
};
const DEFAULT = readFileSync('policies/default-gbp.yaml', 'utf8');
const policy = compiled(DEFAULT);

const resultOf = (given: Record<string, unknown>, by = policy): AssessmentResult => {
  const outcome = assess(exampleFacts(by.document, given), by);
  if (outcome.kind !== 'assessed') throw new Error('asks for sales');
  return outcome.result;
};

const awarded = resultOf({ segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T14:00Z' }], inputs: { takeTariff: 'true' } });
const base: RuleFacts = {
  result: awarded, policy, merchantVerified: true, hasParsedSales: true, evidence: { kinds: [], isWaiting: false, isInfected: false }, held: false, drawn: false, late: false, hasFund: true, outagesEnded: true, overridden: false, hasSignals: false, automaticTotalMinor: 0n, floorMinor: 0n,
};

describe('deciding by rule', () => {
  it('offers when every condition holds', () => {
    expect(decideByRule(base)).toEqual({ kind: 'offer', amountMinor: 5_400n });
  });

  it.each<[string, Partial<RuleFacts>, string]>([
    ['the outage is not final', { result: { ...awarded, provisional: true } }, 'outage_not_final'],
    ['the merchant is not verified', { merchantVerified: false }, 'identity_not_verified'],
    ['a person put a figure', { overridden: true }, 'decided_with_override'],
    ['it was filed late', { late: true }, 'filed_late'],
    ['a file it came with is not checked yet', { evidence: { kinds: [], isWaiting: true, isInfected: false } }, 'evidence_unchecked'],
    ['a file it came with is harmful', { evidence: { kinds: [], isWaiting: false, isInfected: true } }, 'evidence_harmful'],
    ['there are signals', { hasSignals: true }, 'looked_at_closely'],
    ['a hold stands', { held: true }, 'claim_held'],
    ['it is drawn for a look', { drawn: true }, 'drawn_for_review'],
    ['a finding says so', { result: { ...awarded, findings: [{ code: 'loose_refunds', effect: 'refers', audience: 'merchant', params: {} }] } }, 'loose_refunds'],
    ['a finding blocks it', { result: { ...awarded, findings: [{ code: 'sales_in_other_currency', effect: 'blocks', audience: 'merchant', params: {} }] } }, 'sales_in_other_currency'],
    ['the policy wants two approvers', { result: { ...awarded, routes: [{ to: 'second_approver', code: 'loss_above_automatic_band' }] } }, 'loss_above_automatic_band'],
    ['a step asks for a paper that is not there', { result: { ...awarded, routes: [{ to: 'evidence', code: 'loss_above_automatic_band', evidence: 'sales_proof' }] }, hasParsedSales: false }, 'evidence_missing'],
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

  it('pays no loss that rests on figures for which no sales were handed in', () => {
    const kakao = compiled(readFileSync('policies/kr-kakao-2022-free-service.yaml', 'utf8'));
    const example = kakao.document.examples[0]?.given ?? {};
    const certified = { ...base.evidence, kinds: ['small_business_certificate', 'service_use_proof'] };
    const facts = { ...base, policy: kakao, result: resultOf(example, kakao), evidence: certified };
    expect(decideByRule({ ...facts, hasParsedSales: false })).toEqual({ kind: 'refer', why: ['evidence_missing'] });
    expect(decideByRule(facts)).toEqual({ kind: 'offer', amountMinor: 30_000n });
    expect(decideByRule({ ...facts, evidence: { ...certified, kinds: ['service_use_proof'] } })).toEqual({ kind: 'refer', why: ['evidence_missing'] });
  });

  it('takes records of sales as proof of sales, and a file where there are none', () => {
    const proof = compiled(DEFAULT.replace('evidence: [sales]', 'evidence: [sales_proof]'));
    const facts = { ...base, policy: proof };
    expect(decideByRule(facts).kind).toBe('offer');
    expect(decideByRule({ ...facts, hasParsedSales: false })).toEqual({ kind: 'refer', why: ['evidence_missing'] });
    expect(decideByRule({ ...facts, hasParsedSales: false, evidence: { ...base.evidence, kinds: ['sales_proof'] } }).kind).toBe('offer');
  });

  it('pays no measured loss that the records do not show, whatever the step is called; a tariff it does', () => {
    const ungated = compiled(DEFAULT.replace('in: { of: $loss, rate: $marginShare }, when: $shown }', 'in: { of: $loss, rate: $marginShare } }').replaceAll('measured', 'marginLost'));
    const { examples } = ungated.document;
    const given = exampleGiven(examples, examples.findIndex(({ expect: { reasons: why } }) => Array.isArray(why) && why.includes('loss_not_shown_by_records')));
    const result = resultOf({ ...given, sales: (given['sales'] as { at: string; net: string }[]).map((line, i, all) => (i === all.length - 3 ? { ...line, net: '55.00' } : line)) }, ungated);
    expect(result).toMatchObject({ outcome: 'eligible', shownByRecords: false });
    expect(decideByRule({ ...base, policy: ungated, result })).toEqual({ kind: 'refer', why: ['loss_not_shown_by_records'] });
    expect(decideByRule({ ...base, hasParsedSales: false }).kind).toBe('offer');
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

  describe('over what was granted on the claim before', () => {
    const floored = { ...base, floorMinor: 10_000n };

    it('offers no less, and more where more is worked out', () => {
      expect(decideByRule(floored)).toEqual({ kind: 'offer', amountMinor: 10_000n });
      expect(decideByRule({ ...floored, result: { ...awarded, cashMinor: '10001' } })).toEqual({ kind: 'offer', amountMinor: 10_001n });
    });

    it('offers it again rather than refuse, or call nothing due', () => {
      expect(decideByRule({ ...floored, result: resultOf({}) })).toEqual({ kind: 'offer', amountMinor: 10_000n });
      const nil = resultOf({ segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T10:30Z' }], inputs: { takeTariff: 'true' } });
      expect(decideByRule({ ...floored, result: nil })).toEqual({ kind: 'offer', amountMinor: 10_000n });
    });

    it('leaves to people what is in doubt, and what lies above the limit', () => {
      expect(decideByRule({ ...floored, result: resultOf({ enrolled: 'false' }) }).kind).toBe('refer');
      expect(decideByRule({ ...floored, floorMinor: 200_001n })).toEqual({ kind: 'refer', why: ['automatic_limit'] });
    });
  });

  it('leaves nothing due to a person', () => {
    const nil = resultOf({ segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T10:30Z' }], inputs: { takeTariff: 'true' } });
    expect(nil.outcome).toBe('nil');
    expect(decideByRule({ ...base, result: nil })).toEqual({ kind: 'refer', why: ['nothing_due'] });
  });
});
