import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bookClaim, bookFacts, bookSum, type BookClaim } from '../../src/demo/generated-book.js';
import { assess } from '../../src/core/assessment/index.js';
import { compilePolicy, readReasons, type CompiledPolicy } from '../../src/core/policy/index.js';
import { overlaps } from '../../src/core/time/index.js';
import type { AppliedPolicy, ReadyPolicy } from '../../src/modules/policies/index.js';
import { stagesBetween } from '../../src/modules/changes/cause.rules.js';
import { placeboOf } from '../../src/modules/changes/placebo.rules.js';
import { rehearseBatch, type RehearsalInput, type RehearsedClaim } from '../../src/modules/changes/rehearsal.rules.js';
import { reportOf, type ReportHead } from '../../src/modules/changes/report.rules.js';

const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const gbp = readFileSync('policies/default-gbp.yaml', 'utf8');
const compiled = (yaml: string): CompiledPolicy => {
  const { policy, faults } = compilePolicy(yaml, reasons);
  if (policy === undefined) throw new Error(JSON.stringify(faults));
  return policy;
};
const ready = (resolved: CompiledPolicy, version: number): ReadyPolicy => ({ id: String(version), key: 'default-gbp', version, hash: resolved.hash, currency: 'GBP', resolved });

/** One edit of the default policy each: parameters, a step, a removed step, a removed leg. */
const EDITS: readonly (readonly [string, string])[] = [
  ['value: "60" }', 'value: "30" }'], ['food: "0.62"', 'food: "0.5"'], ['value: "25000.00"', 'value: "40.00"'], ['food: "18.00", retail: "14.00"', 'food: "25.00", retail: "3.00"'],
  ['unit: "0.01", mode: half_up', 'unit: "1.00", mode: up'], ['method: median', 'method: mean'], ['value: "5.00"', 'value: "20.00"'],
  ['  - { id: unpaid, use: clip, in: { time: $traded }, with: { to: not_yet_compensated } }\n  - { id: counted, use: wait, in: { time: $unpaid }', '  - { id: counted, use: wait, in: { time: $traded }'],
];
const edited = (picked: readonly number[]): CompiledPolicy => compiled(picked.reduce((text, index) => {
  const [from, to] = EDITS[index] ?? ['', ''];
  if (!text.includes(from)) throw new Error(`no "${from}"`);
  return text.replace(from, to);
}, gbp));
const before = compiled(gbp);

function under(claim: BookClaim, policy: ReadyPolicy): AppliedPolicy {
  return { policy, facts: { ...bookFacts(claim, policy.resolved.document), policy: { key: policy.key, version: policy.version, hash: policy.hash } } };
}

async function rehearsed(indices: readonly number[], after: CompiledPolicy, more: (index: number) => Partial<RehearsalInput> = () => ({})): Promise<RehearsedClaim[]> {
  const claims = indices.map((index) => bookClaim(7, index));
  const bySet = new Map(claims.map((claim) => [claim.ids.set, claim]));
  const inputs = claims.map((claim): RehearsalInput => ({
    claimId: claim.ids.claim, merchantId: claim.ids.merchant, currency: 'GBP', claimVersion: 1, state: 'submitted', base: under(claim, ready(before, 1)), candidate: under(claim, ready(after, 2)),
    stands: undefined, entitled: undefined, known: [], ...more(claim.index),
  }));
  return rehearseBatch(inputs, () => stagesBetween(before, after, reasons), (windows) => Promise.resolve(windows.map(({ setId, from, to }) => bookSum(bySet.get(setId) as BookClaim, { from, to }))));
}

const HEAD: ReportHead = {
  kind: 'policy_version', currency: 'GBP', candidate: { key: 'default-gbp', number: 2, hash: '', effectiveFrom: null, reach: 'all' }, snapshot: { engine: '', registerVersion: 1, standing: [] },
};
const sorted = (claims: readonly RehearsedClaim[]): RehearsedClaim[] => [...claims].sort((a, b) => (a.claimId < b.claimId ? -1 : 1));
const edits = fc.uniqueArray(fc.nat({ max: EDITS.length - 1 }), { minLength: 1, maxLength: 4 });

describe('the causes of a difference', () => {
  it('add up to it exactly, whatever changed and whatever a decision keeps', async () => {
    await fc.assert(fc.asyncProperty(edits, fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 4 }), fc.option(fc.bigInt({ min: 0n, max: 20_000n }), { nil: undefined }), async (picked, indices, entitled) => {
      for (const { before: from, after, causes } of await rehearsed(indices, edited(picked), () => ({ entitled }))) {
        expect(causes.reduce((sum, { minor }) => sum + minor, 0n)).toBe(after.minor - from.minor);
        if (entitled !== undefined) expect(after.minor).toBeGreaterThanOrEqual(entitled);
      }
    }), { numRuns: 15 });
  });

  it('are the changed steps, in the order of the document; a step that is gone is one', () => {
    const stages = stagesBetween(before, edited([1, 0, 4]), reasons);
    expect(stages.map(({ cause }) => cause)).toEqual(['counted', 'marginShare', 'rounded']);
    expect(stagesBetween(before, edited([7]), reasons).map(({ cause }) => cause).join(' + ').split(' + ').sort()).toEqual(['counted', 'unpaid']);
    expect(stagesBetween(undefined, before, reasons)).toEqual([{ cause: 'rest', policy: before }]);
  });

  it('are none between equal versions', async () => {
    for (const claim of await rehearsed([1, 2, 3], before)) expect([claim.causes, claim.after.minor]).toEqual([[], claim.before.minor]);
  });
});

describe('the report', () => {
  it('has the same digest whatever the order and the batches in which claims were run', async () => {
    const after = edited([0, 1]);
    const all = await rehearsed([0, 1, 2, 3, 4, 5, 6, 7], after);
    const { digest } = await reportOf(HEAD, () => sorted(all));
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), fc.integer({ min: 1, max: 8 }), async (order, cut) => {
      const again = [...await rehearsed(order.slice(0, cut), after), ...await rehearsed(order.slice(cut), after)];
      expect((await reportOf(HEAD, () => sorted(again))).digest).toBe(digest);
    }), { numRuns: 4 });
  });

  it('changes its digest with any claim', async () => {
    const all = await rehearsed([0, 1, 2], edited([0]));
    const [first, ...rest] = all as [RehearsedClaim, ...RehearsedClaim[]];
    const moved = { ...first, after: { ...first.after, minor: first.after.minor + 1n } };
    expect((await reportOf(HEAD, () => [moved, ...rest])).digest).not.toBe((await reportOf(HEAD, () => all)).digest);
  });

  it('has totals that are the sums of its claims, and a histogram that holds every claim that changes', async () => {
    const all = await rehearsed(Array.from({ length: 60 }, (_, index) => index), edited([0, 3]));
    const { report } = await reportOf(HEAD, () => all);
    const sum = (of: (claim: RehearsedClaim) => bigint): string => String(all.reduce((total, claim) => total + of(claim), 0n));
    expect([report.beforeMinor, report.afterMinor]).toEqual([sum(({ before: { minor } }) => minor), sum(({ after: { minor } }) => minor)]);
    expect(BigInt(report.winners.minor) + BigInt(report.losers.minor)).toBe(BigInt(report.differenceMinor));
    expect(report.causes.reduce((total, { minor }) => total + BigInt(minor), 0n)).toBe(BigInt(report.differenceMinor));
    expect(report.winners.claims + report.losers.claims + report.unchanged).toBe(60);
    expect(report.histogram.counts.reduce((total, count) => total + count, 0)).toBe(60 - report.unchanged);
    expect(report.histogram.edgesMinor).toHaveLength(21);
  });
});

describe('the placebo', () => {
  it('moves window and segments to the latest quiet week, and leaves the sales where they are', () => {
    const facts = bookFacts(bookClaim(7, 3), before.document);
    const placebo = placeboOf(facts);
    const week = 7 * 86_400_000;
    expect([placebo?.weeks, placebo?.facts.claim.window.from]).toEqual([1, facts.claim.window.from - week]);
    expect(placebo?.facts.outages[0]?.segments[0]?.from).toBe((facts.outages[0]?.segments[0]?.from ?? 0) - week);
    expect(placebo?.facts.sales).toBe(facts.sales);
  });

  it('passes over a week with trouble of its own, and there is none where the records do not speak', () => {
    const facts = bookFacts(bookClaim(7, 3), before.document);
    const [outage] = facts.outages;
    if (outage === undefined) throw new Error('no outage');
    const week = 7 * 86_400_000;
    const back = <T extends { from: number; to: number }>(piece: T): T => ({ ...piece, from: piece.from - week, to: piece.to - week });
    const earlier = { ...outage, id: 'earlier', scopes: outage.scopes.map(back), segments: outage.segments.map(back), officialWindows: [] };
    const placebo = placeboOf({ ...facts, outages: [outage, earlier] });
    expect([placebo?.weeks, overlaps([placebo?.facts.claim.window ?? facts.claim.window], earlier.segments)]).toEqual([2, false]);
    if (facts.sales === undefined) throw new Error('no sales');
    expect(placeboOf({ ...facts, sales: { ...facts.sales, coverage: facts.sales.coverage.slice(-1) } })).toBeUndefined();
  });

  it('of a claim that rests on no sales is the claim itself: that is why a pre-computation has none', () => {
    const paid = Array.from({ length: 300 }, (_, index) => bookClaim(11, index)).flatMap((claim) => {
      const { sales: _none, ...facts } = { ...bookFacts(claim, before.document), inputs: { takeTariff: { value: true, provenance: 'declared' as const } } };
      const placebo = placeboOf(facts);
      const [real, moved] = [assess(facts, before), placebo === undefined ? undefined : assess(placebo.facts, before)];
      return real.kind === 'assessed' && moved?.kind === 'assessed' ? [[real.result.cashMinor, moved.result.cashMinor]] : [];
    });
    expect(paid.length).toBeGreaterThan(200);
    expect(paid.filter(([cash]) => BigInt(cash ?? '0') > 0n).length).toBeGreaterThan(100);
    expect(paid.filter(([real, moved]) => real !== moved)).toEqual([]);
  });
});
