import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assess, explain, type AssessmentResult } from './index.js';
import {
  compilePolicy, exampleFacts, exampleGiven, overridableSteps, overrideFault, OVERRIDE_REASONS, readReasons, runPolicy, type CompiledPolicy, type OverrideFact, type PolicyFacts,
} from '../policy/index.js';

const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const compiled = (text: string): CompiledPolicy => {
  const { policy, faults } = compilePolicy(text, reasons);
  if (policy === undefined) throw new Error(JSON.stringify(faults));
  return policy;
};
const shipped = (key: string): string => readFileSync(`policies/${key}.yaml`, 'utf8');
const GBP = compiled(shipped('default-gbp'));

const factsOf = (policy: CompiledPolicy, name: string): PolicyFacts => {
  const { examples } = policy.document;
  return exampleFacts(policy.document, exampleGiven(examples, examples.findIndex((example) => example.name.startsWith(name))));
};
const resultOf = (policy: CompiledPolicy, facts: PolicyFacts): AssessmentResult => {
  const run = assess(facts, policy);
  if (run.kind !== 'assessed') throw new Error('asks for sales');
  return run.result;
};
const denialsOf = ({ outcome, reasons: why }: AssessmentResult) => (outcome === 'ineligible' ? why : []);
const openOf = (policy: CompiledPolicy, facts: PolicyFacts) => {
  const result = resultOf(policy, facts);
  return new Map(overridableSteps(policy, { trace: result.trace, denials: denialsOf(result) }).map((one) => [one.step, one]));
};
const basisIn = (policy: CompiledPolicy, facts: PolicyFacts, step: string): string => {
  const run = runPolicy(policy, facts);
  return (run.kind === 'ran' ? run.basisOf(step) : undefined) ?? '';
};
const putting = (policy: CompiledPolicy, facts: PolicyFacts, put: Omit<OverrideFact, 'basis' | 'reason'> & { reason?: string }): PolicyFacts => ({
  ...facts, overrides: [...facts.overrides, { reason: 'figure_from_evidence', ...put, basis: basisIn(policy, facts, put.step) }],
});
const nodeOf = (result: AssessmentResult, step: string) => result.trace.find(({ id }) => id === step);

const measured = factsOf(GBP, 'lost gross margin');
const unshown = factsOf(GBP, 'sales above one comparable');

describe('a figure that a person puts', () => {
  it('is used, the run goes on from it, and the trace keeps both values: 136.00 becomes 150.00, 59.52 becomes 68.20', () => {
    const result = resultOf(GBP, putting(GBP, measured, { step: 'expected', value: '150.00' }));
    expect(result).toMatchObject({ outcome: 'eligible', cashMinor: '6820' });
    expect(nodeOf(result, 'expected')).toMatchObject({ output: { minor: '15000' }, override: { computed: { minor: '13600' }, stated: '150.00', reason: 'figure_from_evidence' } });
  });

  it('serves a step that ended in review', () => {
    expect(resultOf(GBP, unshown)).toMatchObject({ outcome: 'refer', reasons: [{ code: 'loss_not_shown_by_records' }] });
    expect(openOf(GBP, unshown).get('gross')).toMatchObject({ as: 'review', type: 'money', computed: null });
    expect(resultOf(GBP, putting(GBP, unshown, { step: 'gross', value: '20.00' }))).toMatchObject({ outcome: 'eligible', cashMinor: '2000', reasons: [] });
  });

  it('ends the questions of the steps that only led to it, and no others', () => {
    const asking = compiled(shipped('default-gbp').replace('lookBack: "12" }', 'lookBack: "12", tooFew: review }'));
    const sales = measured.sales as NonNullable<typeof measured.sales>;
    const bare = { ...measured, sales: { ...sales, coverage: sales.coverage.map(({ to }) => ({ from: (to - 20 * 86_400_000) as typeof to, to })) } };
    expect(resultOf(asking, bare).reasons.map(({ code }) => code)).toEqual(['too_few_comparables', 'loss_not_shown_by_records']);
    expect(resultOf(asking, putting(asking, bare, { step: 'gross', value: '25.00' }))).toMatchObject({ outcome: 'eligible', cashMinor: '2500', reasons: [] });
    expect(resultOf(asking, putting(asking, bare, { step: 'marginShare', value: '0.5' })).reasons).toHaveLength(2);
  });

  it('ends a question about the records only once what was sold does not come from them', () => {
    const refunded = { ...measured, sales: { ...(measured.sales as NonNullable<typeof measured.sales>), sums: measured.sales?.sums.map((sum) => ({ ...sum, looseRefunds: '900' })) ?? [] } };
    const why = (facts: PolicyFacts): string[] => resultOf(GBP, facts).reasons.map(({ code }) => code);
    expect(why(refunded)).toEqual(['loose_refunds']);
    expect(why(putting(GBP, refunded, { step: 'expected', value: '150.00' }))).toEqual(['loose_refunds']);
    expect(why(putting(GBP, refunded, { step: 'sold', value: '41.00' }))).toEqual([]);
  });

  it('meets the caps after it, whatever it is, and leaves every other step of its height alone', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (minor) => {
      const value = `${minor / 100n}.${(minor % 100n).toString().padStart(2, '0')}`;
      const result = resultOf(GBP, putting(GBP, measured, { step: 'gross', value }));
      expect(BigInt(result.cashMinor ?? '-1')).toBe(minor > 2_500_000n ? 2_500_000n : minor < 500n ? 0n : minor);
      expect(nodeOf(result, 'loss')).toEqual(nodeOf(resultOf(GBP, measured), 'loss'));
    }), { numRuns: 50 });
  });

  it('confirms a discretionary figure, which goes to a person until then', () => {
    const proposed = compiled(shipped('default-gbp').replace('use: margin, in:', 'use: margin, discretionary: "true", in:'));
    const facts = factsOf(GBP, 'lost gross margin');
    expect(resultOf(proposed, facts)).toMatchObject({ outcome: 'refer', reasons: [{ code: 'figure_needs_person' }] });
    expect(openOf(proposed, facts).get('marginShare')).toMatchObject({ as: 'discretionary', least: '0', most: '1' });
    expect(resultOf(proposed, putting(proposed, facts, { step: 'marginShare', value: '31/50' }))).toMatchObject({ outcome: 'eligible', cashMinor: '5952' });
  });

  it('is explained with both values in every language', () => {
    const result = resultOf(GBP, putting(GBP, measured, { step: 'expected', value: '150.00' }));
    const line = (language: 'en' | 'ko' | 'fr') => explain(result, GBP, reasons, language).find(({ step }) => step === 'expected');
    expect(line('en')).toMatchObject({ figure: '150.00 GBP', text: expect.stringContaining('A person put this figure; the rule came to 136.00 GBP. The figure is taken from proof') });
    expect(line('ko')?.text).toContain('136.00 GBP');
    expect(line('fr')?.text).toContain('136.00 GBP');
  });
});

describe('a run again', () => {
  const put = putting(GBP, measured, { step: 'expected', value: '150.00' });
  const resold = (change: (net: string) => string): PolicyFacts => ({
    ...put, ...(put.sales === undefined ? {} : { sales: { ...put.sales, sums: put.sales.sums.map((sum) => ({ ...sum, net: change(sum.net) })) } }),
  });

  it('keeps the figure while what its step rests on is the same, though other facts changed', () => {
    const other = { ...put, inputs: { ...put.inputs, grossMargin: { value: '0.5', provenance: 'declared' as const } } };
    expect(resultOf(GBP, other)).toMatchObject({ outcome: 'eligible', cashMinor: '5500' });
  });

  it.each<[string, PolicyFacts]>([
    ['the comparable sales changed, which the step reads beside its inputs', resold((net) => (net === '5000' ? '5100' : net))],
    ['the claimed time changed', { ...put, claim: { ...put.claim, window: { ...put.claim.window, from: (put.claim.window.from + 3 * 3_600_000) as typeof put.claim.window.from } } }],
  ])('asks again, with the old figure shown, when %s', (_when, facts) => {
    const result = resultOf(GBP, facts);
    expect(result).toMatchObject({ outcome: 'refer', cashMinor: null });
    expect(result.reasons).toContainEqual({ code: 'override_needs_review', params: { step: 'expected', figure: '150.00' } });
    expect(nodeOf(result, 'expected')?.override).toMatchObject({ questioned: true, stated: '150.00' });
    expect(nodeOf(result, 'expected')?.output).toEqual(nodeOf(result, 'expected')?.override?.computed);
  });

  it('asks again when the policy has the step no more', () => {
    const gone = { ...measured, overrides: [{ step: 'bonus', value: '5.00', basis: 'x', reason: 'figure_confirmed' }] };
    expect(resultOf(GBP, gone)).toMatchObject({ outcome: 'refer', reasons: [{ code: 'override_needs_review', params: { step: 'bonus', figure: '5.00' } }] });
  });

  it('asks again when the step yields another kind of figure', () => {
    const sum = { ...measured, overrides: [{ step: 'marginShare', value: 'much', basis: basisIn(GBP, measured, 'marginShare'), reason: 'figure_confirmed' }] };
    expect(resultOf(GBP, sum)).toMatchObject({ outcome: 'refer', reasons: [{ code: 'override_needs_review' }] });
  });

  it('asks again when the step would not run any more', () => {
    const tariff = factsOf(GBP, 'without sales the tariff');
    const chosen = putting(GBP, tariff, { step: 'tariff', value: '99.00' });
    expect(resultOf(GBP, chosen)).toMatchObject({ cashMinor: '9900' });
    const unchosen = { ...chosen, inputs: { takeTariff: { value: 'false', provenance: 'declared' as const } } };
    expect(resultOf(GBP, unchosen).reasons).toContainEqual({ code: 'override_needs_review', params: { step: 'tariff', figure: '99.00' } });
  });
});

describe('a refusal', () => {
  const azure = compiled(shipped('azure-virtual-machines'));
  const both = factsOf(azure, 'own cause, and filed a day too late');
  const late = { ...both, inputs: { ...both.inputs, ownCause: { value: 'false', provenance: 'declared' as const } } };

  it('is put aside where its reason is waivable, and only there', () => {
    expect(openOf(azure, late).get('gate')).toMatchObject({ as: 'refusal', waivable: ['filed_late'] });
    const waived = resultOf(azure, putting(azure, late, { step: 'gate', waives: ['filed_late'], reason: 'delay_excused' }));
    expect(waived).toMatchObject({ outcome: 'eligible' });
    const node = nodeOf(waived, 'gate');
    expect(node).toMatchObject({ output: true, override: { computed: null, waived: ['filed_late'], reason: 'delay_excused' } });
    expect(explain(waived, azure, reasons, 'en').find(({ step }) => step === 'gate')?.text).toContain('The delay is excused.');
    expect(resultOf(azure, putting(azure, both, { step: 'gate', waives: ['filed_late', 'own_cause'] }))).toMatchObject({ outcome: 'ineligible', reasons: [{ code: 'own_cause' }] });
  });

  it('of another kind is no step for a person', () => {
    const refused = factsOf(GBP, 'no recorded trouble');
    expect([...openOf(GBP, refused).keys()]).toEqual([]);
  });
});

describe('what may be put', () => {
  it('are losses and amounts that came to something: no gate, no time, no cap, no rounding', () => {
    expect([...openOf(GBP, measured)].map(([step, { as }]) => `${step} ${as}`)).toEqual(
      ['expected adjustment', 'sold adjustment', 'loss adjustment', 'marginShare adjustment', 'measured adjustment', 'gross adjustment']);
  });

  it('stays open once put', () => {
    expect(openOf(GBP, putting(GBP, unshown, { step: 'gross', value: '20.00' })).get('gross')).toMatchObject({ as: 'review', computed: null });
  });

  it.each<[string, Partial<OverrideFact>, string | undefined]>([
    ['marginShare', { value: '1' }, undefined], ['marginShare', { value: '0' }, undefined], ['marginShare', { value: '1.01' }, 'out_of_bounds'],
    ['expected', { value: '-1.00' }, 'out_of_bounds'], ['expected', { value: '1/3' }, 'unreadable'], ['expected', { value: '1.001' }, 'unreadable'],
    ['expected', {}, 'unreadable'], ['expected', { value: '5.00', waives: ['filed_late'] }, 'unreadable'],
  ])('%s %j: %s', (step, put, kind) => {
    expect(overrideFault(openOf(GBP, measured).get(step) as never, put, GBP.currency)?.kind).toBe(kind);
  });

  it('has its reason in the shared catalogue', () => {
    expect(OVERRIDE_REASONS.filter((code) => reasons[code] === undefined)).toEqual([]);
  });
});
