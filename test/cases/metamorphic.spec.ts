import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { assess, type AssessmentResult } from '../../src/core/assessment/index.js';
import { compilePolicy, type CompiledPolicy, type PolicyFacts } from '../../src/core/policy/index.js';
import type { Instant, Interval } from '../../src/core/time/index.js';
import { ran, smallPolicy } from '../support/policy.js';
import { REASONS, shippedExamples, type ShippedExample } from '../support/shipped.js';

let all: readonly ShippedExample[] = [];
beforeAll(() => {
  all = shippedExamples();
});

/** What a claimant is told: the order of reasons says nothing. */
const said = ({ outcome, cashMinor, withheldMinor, receivableMinor, benefits, reasons, routes, lanes, totals, shownByRecords }: AssessmentResult): object =>
  ({ outcome, cashMinor, withheldMinor, receivableMinor, benefits, routes, lanes, totals, shownByRecords, reasons: reasons.map((reason) => JSON.stringify(reason)).sort() });

const told = (facts: PolicyFacts, policy: CompiledPolicy): object => {
  const run = assess(facts, policy);
  if (run.kind === 'needs') throw new Error(`sales are not given for ${JSON.stringify(run.windows)}`);
  return said(run.result);
};

const isToldTheSame = ({ result }: ShippedExample, facts: PolicyFacts, policy: CompiledPolicy): boolean => JSON.stringify(told(facts, policy)) === JSON.stringify(said(result));

/** Names the examples for which the changed facts come to something else. */
const changedBy = (change: (example: ShippedExample) => PolicyFacts, examples = all): string[] =>
  examples.flatMap((example) => (isToldTheSame(example, change(example), example.policy) ? [] : [example.title]));

describe('a step that nothing needs', () => {
  /** A gate that always holds, fed by time and units of its own. */
  const UNRELATED = [
    { id: 'apartTime', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'scale', degraded: '1/3', unknown: '1/7' } },
    { id: 'apartUnits', use: 'measure', in: { time: '$apartTime' }, with: { unit: 'minute', parts: 'ceiling' } },
    { id: 'apartGate', use: 'eligible', with: { any: [{ code: 'filed_late', left: '$apartUnits', op: 'at_least', right: '0', missing: 'pass' }, { code: 'filed_late', left: '$facts.claim.from', op: 'present' }] } },
  ];

  it.each([['before the first', 0], ['after the last', 1_000]])('changes neither amount nor outcome, %s', (_where, place) => {
    const policies = new Map<string, CompiledPolicy>();
    const withStep = (key: string): CompiledPolicy => {
      const found = policies.get(key);
      if (found !== undefined) return found;
      const document = parse(readFileSync(`policies/${key}.yaml`, 'utf8'), { schema: 'failsafe' }) as { steps: object[] };
      document.steps.splice(place, 0, ...UNRELATED);
      const { policy, faults } = compilePolicy(stringify(document, { aliasDuplicateObjects: false }), REASONS);
      if (policy === undefined) throw new Error(`${key}: ${JSON.stringify(faults)}`);
      policies.set(key, policy);
      return policy;
    };
    const changed = all.filter((example) => !isToldTheSame(example, example.facts, withStep(example.policy.document.policy)));
    expect(changed.map(({ title }) => title)).toEqual([]);
    expect(policies.size).toBeGreaterThan(35);
  });
});

describe('the order of a set', () => {
  const turn = <T>(list: readonly T[]): T[] => [...list].reverse();

  it('of segments, scopes, official windows, outages, enrolments, sizes, sums, coverage and earlier awards says nothing', () => {
    const second = (facts: PolicyFacts): PolicyFacts => ({
      ...facts, outages: turn(facts.outages.map((outage) => ({ ...outage, segments: turn(outage.segments), scopes: turn(outage.scopes), officialWindows: turn(outage.officialWindows) }))),
      enrolments: turn(facts.enrolments), earlier: turn(facts.earlier), merchant: { ...facts.merchant, sizes: turn(facts.merchant.sizes) }, inputs: Object.fromEntries(turn(Object.entries(facts.inputs))),
      ...(facts.sales === undefined ? {} : { sales: { ...facts.sales, sums: turn(facts.sales.sums), coverage: turn(facts.sales.coverage) } }),
    });
    expect(changedBy(({ facts }) => second(facts))).toEqual([]);
    expect(all.some(({ facts }) => facts.outages.some(({ segments }) => segments.length > 1))).toBe(true);
  });

  /** Series and rows whose periods are runs of consecutive months: there the order is the calendar. */
  const BY_POSITION = ['us-deepwater-horizon'];

  it('of what an answer lists says nothing, but where months follow each other', () => {
    const lastFirst = (list: readonly unknown[]): unknown[] => [...list.slice(-1), ...list.slice(0, -1)];
    const lists = ({ facts }: ShippedExample): boolean => Object.values(facts.inputs).some(({ value }) => Array.isArray(value) && value.length > 1);
    const listed = all.filter((example) => lists(example) && !BY_POSITION.includes(example.policy.document.policy));
    const reordered = ({ facts }: ShippedExample): PolicyFacts =>
      ({ ...facts, inputs: Object.fromEntries(Object.entries(facts.inputs).map(([name, fact]) => [name, { ...fact, value: Array.isArray(fact.value) ? lastFirst(fact.value) : fact.value }])) });
    expect(changedBy(reordered, listed)).toEqual([]);
    expect(listed.length).toBeGreaterThan(15);
    expect(changedBy(reordered, all.filter((example) => BY_POSITION.includes(example.policy.document.policy))).length).toBeGreaterThan(0);
  });
});

describe('one thing in two parts', () => {
  const halves = <T extends Interval>(piece: T): T[] => {
    const middle = (piece.from + Math.floor((piece.to - piece.from) / 2)) as Instant;
    return middle > piece.from && middle < piece.to ? [{ ...piece, to: middle }, { ...piece, from: middle }] : [piece];
  };

  it('adjacent segments, scopes, official windows, coverage and paid stretches are what they were whole', () => {
    const split = (facts: PolicyFacts): PolicyFacts => ({
      ...facts, outages: facts.outages.map((outage) => ({ ...outage, segments: outage.segments.flatMap(halves), scopes: outage.scopes.flatMap(halves), officialWindows: outage.officialWindows.flatMap(halves) })),
      earlier: facts.earlier.map((award) => ({ ...award, intervals: award.intervals.flatMap(halves) })),
      ...(facts.sales === undefined ? {} : { sales: { ...facts.sales, coverage: facts.sales.coverage.flatMap(halves) } }),
    });
    expect(changedBy(({ facts }) => split(facts))).toEqual([]);
  });

  it('a segment told twice, by two outages, is one', () => {
    // Each outage is an incident of its own where a policy counts them; told by none of these.
    const COUNTED = all.filter(({ policy }) => JSON.stringify(policy.document.steps).includes('outage.incidents'));
    expect(changedBy(({ facts }) => ({ ...facts, outages: [...facts.outages, ...facts.outages] }), all.filter((example) => !COUNTED.includes(example)))).toEqual([]);
  });
});

describe('the same claim some weeks later, in a zone without clock changes', () => {
  const WEEK = 7 * 86_400_000;

  /** Everything in the facts that lies in time, so many weeks later. */
  function later(facts: PolicyFacts, weeks: number): PolicyFacts {
    const by = weeks * WEEK;
    const at = (instant: Instant): Instant => (instant + by) as Instant;
    const moved = <T extends Interval>(piece: T): T => ({ ...piece, from: at(piece.from), to: at(piece.to) });
    return {
      ...facts, claim: { ...facts.claim, filedAt: at(facts.claim.filedAt), window: moved(facts.claim.window) },
      enrolments: facts.enrolments.map((one) => ({ ...one, from: at(one.from), ...(one.to === undefined ? {} : { to: at(one.to) }) })),
      outages: facts.outages.map((outage) => ({ ...outage, segments: outage.segments.map(moved), scopes: outage.scopes.map(moved), officialWindows: outage.officialWindows.map(moved) })),
      earlier: facts.earlier.map((award) => ({ ...award, intervals: award.intervals.map(moved) })),
      ...(facts.sales === undefined ? {} : { sales: { ...facts.sales, sums: facts.sales.sums.map(moved), coverage: facts.sales.coverage.map(moved) } }),
    };
  }

  it.each(['default-gbp', 'default-eur', 'default-krw', 'default-usd'])('%s pays the same', (key) => {
    const examples = all.filter(({ policy, facts }) => policy.document.policy === key && ['UTC', 'Asia/Seoul'].includes(facts.site.zone));
    fc.assert(fc.property(fc.integer({ min: -100, max: 100 }), fc.constantFrom(...examples), (weeks, { facts, policy }) => {
      const shifted = (piece: object): string => JSON.stringify(piece, (name, value: unknown) => (['from', 'to'].includes(name) && typeof value === 'number' ? value - weeks * WEEK : value));
      expect(shifted(told(later(facts, weeks), policy))).toBe(JSON.stringify(told(facts, policy)));
    }), { numRuns: 12 });
    expect(examples.length).toBeGreaterThan(5);
  });
});

describe('all sums times a number', () => {
  const policy = smallPolicy({
    inputs: { weeks: 'series', sold: 'money', share: 'ratio' },
    steps: [
      { id: 'usual', use: 'baseline', in: { candidates: '$inputs.weeks' }, with: { method: 'median', minimum: '1' } },
      { id: 'loss', use: 'shortfall', in: { expected: '$usual', actual: '$inputs.sold' } },
      { id: 'out', use: 'percent', in: { of: '$loss', rate: '$inputs.share' } },
    ],
  });

  it('are that many times the amount, until something is rounded or capped', () => {
    const cents = fc.integer({ min: 0, max: 9_000_000 });
    const text = (minor: number): string => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
    fc.assert(fc.property(fc.array(cents, { minLength: 1, maxLength: 6 }), cents, fc.integer({ min: 1, max: 50 }), (weeks, sold, times) => {
      const of = (factor: number): { num: bigint; den: bigint } => {
        const run = ran(policy, { inputs: { weeks: weeks.map((minor, index) => ({ from: `2026-01-${10 + index}`, amount: text(minor * factor) })), sold: text(sold * factor), share: '2/7' } });
        const value = run.values.get('out');
        if (value?.type !== 'money') throw new Error('no sum');
        return value.amount.minor;
      };
      const [one, many] = [of(1), of(times)];
      expect(many.num * one.den).toBe(one.num * many.den * BigInt(times));
    }), { numRuns: 60 });
  });
});
