import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addRatio, compareRatio, multiplyRatio, parseRatio, ratio, ZERO, type Ratio } from '../money/index.js';
import { durationMs, intersect, normalise, subtract, type Instant, type Interval, type IntervalSet } from '../time/index.js';
import { canonicalJson } from '../audit/index.js';
import {
  compilePolicy, exampleFacts, readReasons, recompile, type CompiledPolicy, type OutageFacts, type PolicyFacts, type SegmentState, type WindowSum,
} from '../policy/index.js';
import { assess, frozenText, type AssessmentResult } from './index.js';

const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const load = (key: string): CompiledPolicy => {
  const { policy, faults } = compilePolicy(readFileSync(`policies/${key}.yaml`, 'utf8'), reasons);
  if (policy === undefined) throw new Error(JSON.stringify(faults));
  return policy;
};
const gbp = load('default-gbp');
const kt = load('kr-kt-2018');

const START = Date.UTC(2026, 2, 3, 9);
const MINUTE = 60_000;
const at = (minute: number): Instant => (START + minute * MINUTE) as Instant;
const read = (text: string): Ratio => {
  const value = parseRatio(text);
  if (!value.ok) throw new Error(text);
  return value.value;
};

const minute = fc.integer({ min: -60, max: 420 });
const stretch = fc.tuple(minute, fc.integer({ min: 1, max: 180 })).map(([from, length]): Interval => ({ from: at(from), to: at(from + length) }));
const states = fc.constantFrom<SegmentState>('down', 'degraded', 'unknown', 'maintenance', 'up');

/** Disjoint segments, as the register guarantees within a revision. */
const outages = fc.array(fc.record({
  complete: fc.boolean(), final: fc.boolean(), scope: stretch,
  segments: fc.array(fc.tuple(stretch, states, fc.integer({ min: 1, max: 10 })), { maxLength: 5 }),
}), { maxLength: 3 }).map((list) => list.map(({ complete, final, scope, segments }, id): OutageFacts => {
  let taken: IntervalSet = [];
  const kept = segments.flatMap(([piece, state, level]) => {
    const free = subtract([piece], taken);
    taken = normalise([...taken, piece]);
    return free.map((part) => ({ ...part, service: 'service', region: '*', state, source: 'test', ...(state === 'degraded' ? { level: `${level}/10` } : {}) }));
  });
  return { id: `o${id}`, revision: 1, ended: true, final, complete, scopes: [{ ...scope, service: 'service', region: '*' }], officialWindows: [], segments: kept };
}));

const facts = fc.record({ outages, window: stretch, earlier: fc.array(stretch, { maxLength: 2 }), opens: fc.integer({ min: 7, max: 11 }), tariff: fc.boolean() })
  .map(({ outages: list, window, earlier, opens, tariff }): PolicyFacts => ({
    ...exampleFacts(gbp.document, { hours: `${String(opens).padStart(2, '0')}:30-13:00`, inputs: { takeTariff: String(tariff) } }),
    claim: { id: 'c', version: 1, filedAt: at(9_999), window, services: ['service'] },
    outages: list,
    earlier: earlier.map((piece, i) => ({ claimId: `e${i}`, head: 'lost_sales', intervals: [piece], gross: { minor: '100', currency: 'GBP' } })),
  }));

/** Answers every demand with a made-up but fixed sum, as the loader would. */
function settle(given: PolicyFacts, policy: CompiledPolicy): { facts: PolicyFacts; result: AssessmentResult; passes: number } {
  let current = given;
  for (let passes = 1; passes <= 8; passes += 1) {
    const outcome = assess(current, policy);
    if (outcome.kind === 'assessed') return { facts: current, result: outcome.result, passes };
    if (current.sales === undefined) throw new Error('asked for sums without sales');
    const sums = outcome.windows.map((window): WindowSum => ({ ...window, net: `${(window.from / MINUTE) % 997}/2`, looseRefunds: '0', records: 3 }));
    current = { ...current, sales: { ...current.sales, sums: [...current.sales.sums, ...sums] } };
  }
  throw new Error('does not settle');
}

const withSales = facts.map((given): PolicyFacts => ({
  ...given,
  sales: { setId: 's', fileSha256: '', currency: 'GBP', basis: 'net_of_tax', coverage: [{ from: 0 as Instant, to: at(100_000) }], granularityMs: 0, sums: [] },
}));

const disjoint = (pieces: readonly Interval[]): boolean =>
  durationMs(normalise(pieces)) === durationMs(pieces);

describe('lanes', () => {
  it('pieces within a lane are disjoint, and five of them partition the claim window', () => {
    fc.assert(fc.property(facts, (given) => {
      const { lanes, totals } = settle(given, gbp).result;
      const parts = [lanes.notRecorded, lanes.excluded, lanes.waiting, lanes.alreadyCompensated, lanes.counted];
      [lanes.recorded, lanes.open, ...parts].forEach((lane) => expect(disjoint(lane)).toBe(true));
      expect(normalise(parts.flat())).toEqual([given.claim.window]);
      expect(disjoint(parts.flat())).toBe(true);
      expect(totals.notRecordedMs + totals.excludedMs + totals.waitingMs + totals.alreadyCompensatedMs + totals.countedMs).toBe(totals.windowMs);
    }), { numRuns: 300 });
  });

  it('Σ counted is the exact ratio of its pieces', () => {
    fc.assert(fc.property(facts, (given) => {
      const { lanes, totals } = settle(given, gbp).result;
      const sum = lanes.counted.reduce((total, { from, to, weight }) => addRatio(total, multiplyRatio(ratio(BigInt(to - from)), read(weight))), ZERO);
      expect(compareRatio(sum, read(totals.weightedMs))).toBe(0);
    }));
  });

  it('up, presumed up, down, degraded, unknown and maintenance together are the scope inside the window', () => {
    fc.assert(fc.property(facts, (given) => {
      const { lanes } = settle(given, gbp).result;
      const scope = normalise(given.outages.flatMap(({ scopes }) => scopes));
      expect(normalise(lanes.recorded)).toEqual(intersect(scope, [given.claim.window]));
      expect(durationMs(lanes.recorded)).toBe(durationMs(intersect(scope, [given.claim.window])));
    }));
  });

  it('of a policy that counts days are those of its outage step', () => {
    const { result } = settle(exampleFacts(kt.document, {
      window: '2026-03-03T09:00Z/2026-03-05T09:00Z', segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-04T11:00Z' }],
      turnover: '1000', inputs: { cardsOrOrdersFailed: 'true' },
    }), kt);
    expect(result).toMatchObject({ outcome: 'eligible', cashMinor: '400000', totals: { countedMs: 25 * 60 * MINUTE } });
  });
});

describe('an assessment', () => {
  it('gives the same bytes again from its frozen input, through JSON and a recompiled policy', () => {
    const again = recompile(gbp.document, reasons);
    fc.assert(fc.property(withSales, (given) => {
      const settled = settle(given, gbp);
      const thawed = JSON.parse(frozenText(settled.facts)) as PolicyFacts;
      const repeated = assess(thawed, again);
      expect(repeated.kind === 'assessed' ? canonicalJson(repeated.result) : repeated).toBe(canonicalJson(settled.result));
      expect(frozenText(thawed)).toBe(frozenText(settled.facts));
    }), { numRuns: 150 });
  });

  it('settles in a few passes, and does not depend on the order of segments, outages or sums', () => {
    fc.assert(fc.property(withSales, (given) => {
      const settled = settle(given, gbp);
      expect(settled.passes).toBeLessThanOrEqual(3);
      const turned: PolicyFacts = {
        ...settled.facts,
        outages: [...settled.facts.outages].reverse().map((outage) => ({ ...outage, segments: [...outage.segments].reverse() })),
        ...(settled.facts.sales === undefined ? {} : { sales: { ...settled.facts.sales, sums: [...settled.facts.sales.sums].reverse() } }),
      };
      const repeated = assess(turned, gbp);
      expect(repeated.kind === 'assessed' ? canonicalJson(repeated.result) : repeated).toBe(canonicalJson(settled.result));
    }), { numRuns: 150 });
  });

  it('pays less, never more, when unknown time becomes known to be up', () => {
    fc.assert(fc.property(facts, (given) => {
      const without = given.outages.map((outage) => ({ ...outage, complete: true, segments: outage.segments.filter(({ state }) => state !== 'unknown') }));
      const before = settle({ ...given, inputs: { takeTariff: { value: true, provenance: 'declared' } } }, gbp).result;
      const after = settle({ ...given, outages: without, inputs: { takeTariff: { value: true, provenance: 'declared' } } }, gbp).result;
      expect(BigInt(after.cashMinor ?? '0')).toBeLessThanOrEqual(BigInt(before.cashMinor ?? '0'));
    }));
  });

  it('is provisional until every outage it used is final', () => {
    const base = exampleFacts(gbp.document, { segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T14:00Z' }], inputs: { takeTariff: 'true' } });
    expect(settle(base, gbp).result).toMatchObject({ outcome: 'eligible', provisional: false, cashMinor: '5400' });
    const open = { ...base, outages: base.outages.map((outage) => ({ ...outage, final: false })) };
    expect(settle(open, gbp).result.provisional).toBe(true);
  });

  it('refers when refunds that name no sale are more than a twentieth of the window', () => {
    const base = exampleFacts(gbp.document, {
      segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T12:00Z' }], coverage: '2025-01-01T00:00Z/2026-03-04T00:00Z', sales: [],
    });
    const first = assess(base, gbp);
    if (first.kind !== 'needs' || base.sales === undefined) throw new Error('asks first');
    const sums = first.windows.map((window, i): WindowSum => ({ ...window, net: i === first.windows.length - 1 ? '100' : '10000', looseRefunds: '6', records: 1 }));
    const { result } = settle({ ...base, sales: { ...base.sales, sums } }, gbp);
    expect(result).toMatchObject({ outcome: 'refer', shownByRecords: true });
    expect(result.reasons.map(({ code }) => code)).toEqual(['loose_refunds']);
  });
});

describe('sales with tax and sales without', () => {
  const base = exampleFacts(gbp.document, {
    segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T12:00Z' }], coverage: '2025-01-01T00:00Z/2026-03-04T00:00Z', sales: [],
  });
  const withSales = (more: Partial<NonNullable<PolicyFacts['sales']>>) => {
    const first = assess(base, gbp);
    if (first.kind !== 'needs' || base.sales === undefined) throw new Error('asks first');
    const sums = first.windows.map((window, i): WindowSum => ({ ...window, net: i === first.windows.length - 1 ? '100' : '10000', looseRefunds: '0', records: 1 }));
    return settle({ ...base, sales: { ...base.sales, ...more, sums } }, gbp).result;
  };

  it('are never mixed: on the basis the policy does not count, a person looks', () => {
    const result = withSales({ basis: 'gross' });
    expect([result.outcome, result.reasons.map(({ code }) => code)]).toEqual(['refer', ['sales_gross_policy_net_of_tax']]);
    expect(withSales({}).reasons).toEqual([]);
  });

  it('converted say so in the working, with the rate', () => {
    const { findings, outcome } = withSales({ conversion: { from: 'gross', to: 'net_of_tax', by: 'rate', ratePercent: '20' } });
    expect(outcome).toBe('eligible');
    expect(findings).toContainEqual({ code: 'sales_to_net_of_tax_by_rate', effect: 'informs', audience: 'merchant', params: { percent: '20' } });
    const codes = (['net_of_tax', 'gross'] as const).flatMap((to) => [...(['rate', 'column'] as const).map((by) => `sales_to_${to}_by_${by}`)]);
    for (const code of [...codes, 'sales_gross_policy_net_of_tax', 'sales_net_of_tax_policy_gross']) expect(reasons).toHaveProperty(code);
  });
});

describe('a window for which the rule changed half-way', () => {
  const straddling = { ...exampleFacts(gbp.document, { window: '2026-03-03T09:00Z/2026-03-03T15:00Z', segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T12:00Z' }], inputs: { takeTariff: 'true' } }), policy: { key: 'default-gbp', version: 2, hash: '', straddles: [1, 2] } };
  const written = readFileSync('policies/default-gbp.yaml', 'utf8');
  const faultsOf = (change: string, selectBy = 'outage.from') => compilePolicy(written.replace('acceptance: required', `acceptance: required\n  straddle: ${change}`).replace('selectBy: outage.from', `selectBy: ${selectBy}`), reasons);
  const says = (straddle: string): CompiledPolicy => faultsOf(straddle).policy as CompiledPolicy;
  const found = (policy: CompiledPolicy) => settle(straddling, policy).result;

  it('is assessed by the version that was picked, and says so', () => {
    expect(found(gbp).findings).toContainEqual({ code: 'window_straddles_versions', effect: 'informs', audience: 'merchant', params: { versions: '1, 2' } });
  });

  it('is assessed the same where the policy says first, in so many words', () => {
    expect(found(says('first'))).toEqual(found(gbp));
  });

  it('is refused where the policy says refuse, and only then', () => {
    expect(found(says('refuse'))).toMatchObject({ outcome: 'ineligible', cashMinor: null, reasons: [{ code: 'window_must_not_straddle', params: { versions: '1, 2' } }], findings: expect.not.arrayContaining([expect.objectContaining({ code: 'window_straddles_versions' })]) });
    const { straddles: _straddles, ...one } = straddling.policy;
    expect(settle({ ...straddling, policy: one }, says('refuse')).result.outcome).toBe('eligible');
  });

  it('can be said in the document in two words, and not where one date picks the version for all of it', () => {
    const codes = (...said: Parameters<typeof faultsOf>) => faultsOf(...said).faults.map(({ code, path }) => `${code} ${path}`);
    expect(codes('refuse')).toEqual([]);
    expect(codes('split')).toEqual(['policy.shape /process/straddle']);
    expect(codes('first', 'claim.filedAt')).toEqual(['policy.unreachable /process/straddle']);
    expect(gbp.document.process).not.toHaveProperty('straddle');
  });
});
