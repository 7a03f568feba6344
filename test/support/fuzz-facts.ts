import fc from 'fast-check';
import type { CompiledPolicy, PolicyFacts } from '../../src/core/policy/index.js';
import type { Instant, Interval } from '../../src/core/time/index.js';

/** What a form, an import or an old record may hold where an answer belongs. */
const ANSWERS: readonly unknown[] = [
  null, '', ' ', '0', '-1', '-0.01', '1e3', 'NaN', 'Infinity', '9'.repeat(80), '999999999999999', '-999999999999999.99', '1/3', '-7/2', '1/0', '150%', '0.001', true, false, 0, -5, 1e21, NaN, [], {}, [null], [[]],
  '2026-02-30', '1900-01-01', '2199-12-31', '2026-03-03', '2026-03-03T09:00Z', '-3 hours', '99999999 weeks', '__proto__', 'constructor', 'x'.repeat(5_000), '\ud800', '10.00', '10', 'home', 'both',
  [{ from: '2026-03-01', amount: '-10' }], [{ from: '2026-03-01', amount: '5' }, { from: '2026-03-01', amount: '5' }], [{ from: '2026-03-03T12:00Z', to: '2026-03-03T10:00Z' }], [{ month: '2026-03' }, {}], ['a', 'a'],
];

const turned = <T extends Interval>({ from, to, ...rest }: T): T => ({ ...rest, from: to, to: from }) as T;
const emptied = <T extends Interval>(piece: T): T => ({ ...piece, to: piece.from });
const endless = <T extends Interval>(piece: T): T => ({ ...piece, from: Date.UTC(1990, 0) as Instant, to: Date.UTC(2060, 0) as Instant });
const foreign = (currency: string): string => (currency === 'JPY' ? 'USD' : 'JPY');

type Change = (facts: PolicyFacts) => PolicyFacts;
const outages = (change: (outage: PolicyFacts['outages'][number]) => PolicyFacts['outages'][number]): Change => (facts) => ({ ...facts, outages: facts.outages.map(change) });
const segments = (change: (list: PolicyFacts['outages'][number]['segments']) => PolicyFacts['outages'][number]['segments']): Change => outages((outage) => ({ ...outage, segments: change(outage.segments) }));
const claim = (more: (facts: PolicyFacts) => Partial<PolicyFacts['claim']>): Change => (facts) => ({ ...facts, claim: { ...facts.claim, ...more(facts) } });
const sales = (change: (sales: NonNullable<PolicyFacts['sales']>) => NonNullable<PolicyFacts['sales']>): Change => (facts) => (facts.sales === undefined ? facts : { ...facts, sales: change(facts.sales) });
const fee = (minor: string, of: (policy: CompiledPolicy) => string) => (policy: CompiledPolicy): Change => (facts) =>
  ({ ...facts, enrolments: facts.enrolments.map((enrolment) => ({ ...enrolment, fee: { minor, currency: of(policy) } })) });
const earlier = (minor: string, of: (policy: CompiledPolicy) => string) => (policy: CompiledPolicy): Change => (facts) => ({ ...facts, earlier: [
  { claimId: 'a', head: policy.document.head, intervals: [facts.claim.window], gross: { minor: '500', currency: policy.currency } },
  { claimId: 'b', head: policy.document.head, intervals: [facts.claim.window], gross: { minor, currency: of(policy) } }] });
const sizes = (list: (policy: CompiledPolicy) => PolicyFacts['merchant']['sizes']) => (policy: CompiledPolicy): Change => (facts) => ({ ...facts, merchant: { ...facts.merchant, sizes: list(policy) } });
const same = (change: Change) => (): Change => change;
const local = ({ currency }: CompiledPolicy): string => currency;
const other = ({ currency }: CompiledPolicy): string => foreign(currency);

/** Facts as the system would never write them, or only on its worst day. */
export const FACT_CHANGES: Readonly<Record<string, (policy: CompiledPolicy) => Change>> = {
  'no outage': same((facts) => ({ ...facts, outages: [] })),
  'no scope': same(outages((outage) => ({ ...outage, scopes: [] }))),
  'segments turned round': same(segments((list) => list.map(turned))),
  'segments without length': same(segments((list) => list.map(emptied))),
  'segments of seventy years': same(segments((list) => list.map(endless))),
  'segments three times': same(segments((list) => [...list, ...list, ...list])),
  'degraded by a level that is none': same(segments((list) => list.map((one) => ({ ...one, state: 'degraded', level: 'much' })))),
  'degraded by more than all': same(segments((list) => list.map((one) => ({ ...one, state: 'degraded', level: '7' })))),
  'degraded by less than nothing': same(segments((list) => list.map((one) => ({ ...one, state: 'degraded', level: '-1/2' })))),
  'official window turned round': same(outages((outage) => ({ ...outage, officialWindows: outage.officialWindows.map(turned) }))),
  'incomplete revision': same(outages((outage) => ({ ...outage, complete: false, segments: [] }))),
  'window turned round': same(claim(({ claim: { window } }) => ({ window: turned(window) }))),
  'window of one millisecond': same(claim(({ claim: { window } }) => ({ window: { from: window.from, to: (window.from + 1) as Instant } }))),
  'window without length': same(claim(({ claim: { window } }) => ({ window: emptied(window) }))),
  'window of twenty years': same(claim(({ claim: { window } }) => ({ window: { from: window.from, to: (window.from + 20 * 365 * 86_400_000) as Instant } }))),
  'no service': same(claim(() => ({ services: [] }))),
  'a service twice': same(claim(({ claim: { services } }) => ({ services: [...services, ...services] }))),
  'filed before anything': same(claim(() => ({ filedAt: Date.UTC(1901, 0) as Instant }))),
  'loss named in another currency': (policy) => claim(() => ({ declaredLoss: { minor: '999', currency: other(policy) } })),
  'never open': same((facts) => ({ ...facts, site: { ...facts.site, openingHours: { ...facts.site.openingHours, rows: [] } } })),
  'no enrolment': same((facts) => ({ ...facts, enrolments: [] })),
  'enrolment turned round': same((facts) => ({ ...facts, enrolments: facts.enrolments.map((one) => ({ ...one, from: facts.claim.window.to, to: facts.claim.window.from })) })),
  'fee of nought': fee('0', local), 'fee below nought': fee('-100000', local), 'fee of all the money': fee('1000000000000000', local), 'fee in another currency': fee('100000', other),
  'earlier award': earlier('700', local), 'earlier award below nought': earlier('-99999999', local), 'earlier awards in two currencies': earlier('700', other),
  'no size': sizes(() => []),
  'turnover in another currency': sizes((policy) => [{ measure: 'turnover', year: 2000, value: '100', currency: other(policy), source: 'x' }]),
  'turnover below nought': sizes((policy) => [{ measure: 'turnover', year: 2000, value: '-100', currency: policy.currency, source: 'x' }]),
  'half a person, and a word': sizes(() => [{ measure: 'employees', year: 2000, value: '1/2', source: 'x' }, { measure: 'employees', year: 2001, value: 'some', source: 'x' }]),
  'sales that speak for nothing': same(sales((of) => ({ ...of, coverage: [] }))),
  'sales in another currency': (policy) => sales((of) => ({ ...of, currency: other(policy) })),
  'sales below nought': same(sales((of) => ({ ...of, sums: of.sums.map((sum) => ({ ...sum, net: '-12345' })) }))),
  'sales of all the money': same(sales((of) => ({ ...of, sums: of.sums.map((sum, index) => ({ ...sum, net: index % 2 === 0 ? '1000000000000000' : '1/7' })) }))),
  'coverage turned round': same(sales((of) => ({ ...of, coverage: of.coverage.map(turned) }))),
};

const answers = (policy: CompiledPolicy): fc.Arbitrary<Change> => {
  const names = Object.keys(policy.document.inputs);
  return names.length === 0 ? fc.constant((facts: PolicyFacts) => facts)
    : fc.tuple(fc.constantFrom(...names), fc.constantFrom(...ANSWERS, undefined)).map(([name, value]) => (facts: PolicyFacts) => {
      const { [name]: _left, ...rest } = facts.inputs;
      return { ...facts, inputs: value === undefined ? rest : { ...rest, [name]: { value, provenance: 'declared' as const } } };
    });
};

/** Some changes of answers and of other facts, one after the other. */
export const worseFacts = (policy: CompiledPolicy): fc.Arbitrary<(facts: PolicyFacts) => PolicyFacts> =>
  fc.tuple(fc.array(answers(policy), { maxLength: 3 }), fc.uniqueArray(fc.constantFrom(...Object.keys(FACT_CHANGES)), { maxLength: 2 }))
    .map(([given, names]) => (facts) => [...given, ...names.map((name) => (FACT_CHANGES[name] as (of: CompiledPolicy) => Change)(policy))].reduce((so, change) => change(so), facts));
