import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assess, frozenText, type AssessmentResult } from '../../src/core/assessment/index.js';
import { canonicalJson, sha256Hex } from '../../src/core/audit/index.js';
import type { CompiledPolicy, PolicyFacts, WindowSum } from '../../src/core/policy/index.js';
import type { Instant, Interval } from '../../src/core/time/index.js';
import { KnownSums, settleRuns, type RunRequest } from '../../src/modules/assessments/index.js';
import { smallPolicy } from '../support/policy.js';
import { shippedExamples } from '../support/shipped.js';

const DAY_MS = 86_400_000;

/** Sales of a set that nobody wrote down: a figure that follows from the set and the window. */
const sumOf = ({ setId, from, to }: Interval & { readonly setId: string }): WindowSum => {
  const figure = [...`${setId}${from}/${to}`].reduce((mixed, letter) => (Math.imul(mixed, 31) + letter.charCodeAt(0)) >>> 0, 7);
  return { from, to, net: String(figure % 2_000_000), looseRefunds: String(figure % 7 === 0 ? figure % 90_000 : 0), records: 1 + (figure % 50) };
};
const readSums = (windows: readonly (Interval & { readonly setId: string })[]) => Promise.resolve(windows.map(sumOf));

/** One claim at a time, every pass from the beginning, nothing shared and nothing remembered: what the quick way is held against. */
function slowly(facts: PolicyFacts, policy: CompiledPolicy): { frozen: string; result: AssessmentResult } | undefined {
  let sums: readonly WindowSum[] = [];
  for (let pass = 0; pass < 8; pass += 1) {
    const fresh = structuredClone(facts.sales === undefined ? facts : { ...facts, sales: { ...facts.sales, sums } });
    const outcome = assess(fresh, policy);
    if (outcome.kind === 'assessed') return { frozen: frozenText(fresh), result: outcome.result };
    const { setId = '' } = facts.sales ?? {};
    sums = [...sums, ...outcome.windows.map((window) => sumOf({ ...window, setId }))].sort((a, b) => a.from - b.from || a.to - b.to);
  }
  return undefined;
}

/** The example with sales that speak for a year before it, of which no sum is known yet. */
const withSales = (facts: PolicyFacts, setId: string): PolicyFacts => ({
  ...facts,
  sales: {
    fileSha256: '', currency: 'GBP', basis: 'net_of_tax', granularityMs: 3_600_000, ...facts.sales, setId, sums: [],
    coverage: [{ from: (facts.claim.window.from - 370 * DAY_MS) as Instant, to: (facts.claim.window.to + 30 * DAY_MS) as Instant }],
  },
});

const examples = shippedExamples();
const requests = (picked: readonly number[]): RunRequest[] => picked.map((index) => {
  const { policy: resolved, facts } = examples[index % examples.length] as (typeof examples)[number];
  return { policy: { id: '1', key: facts.policy.key, version: 1, hash: resolved.hash, currency: resolved.currency, resolved }, facts: withSales(facts, `set ${index}`) };
});
const came = (run: { readonly frozen: string; readonly result: AssessmentResult } | undefined) => run && { outcome: run.result.outcome, cashMinor: run.result.cashMinor, frozen: sha256Hex(run.frozen), result: sha256Hex(canonicalJson(run.result)) };

async function quickly(asked: readonly RunRequest[]) {
  return (await settleRuns(asked, readSums)).map(({ facts, assessed }) => came(assessed && { frozen: frozenText(facts), result: assessed.result }));
}

describe('many runs as one', () => {
  it('come to what each comes to alone, byte for byte, for every example of every shipped policy', async () => {
    const all = requests(examples.map((_, index) => index));
    expect(await quickly(all)).toEqual(all.map(({ facts, policy }) => came(slowly(facts, policy.resolved))));
    expect(all.some(({ facts, policy }) => assess(facts, policy.resolved).kind === 'needs')).toBe(true);
  });

  it('do so whatever is beside them, however often they run, and whatever sums are known already', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 12 }), fc.boolean(), async (picked, again) => {
      const asked = requests(picked).map((request) => ({ ...request, known: new KnownSums() }));
      if (again) await quickly(asked);
      expect(await quickly(asked)).toEqual(asked.map(({ facts, policy }) => came(slowly(facts, policy.resolved))));
    }), { numRuns: 25 });
  });

  it('forget amounts that were begun before a refusal that waits for sales', async () => {
    const resolved = smallPolicy({
      steps: [
        { id: 'down', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '0' } },
        { id: 'sold', use: 'actual', in: { over: '$down' } },
        { id: 'few', use: 'eligible', with: { all: [{ code: 'loss_not_shown_by_records', left: '$sold', op: 'at_least', right: '10000.00' }] } },
        { id: 'expected', use: 'baseline', in: { over: '$down' }, with: { method: 'median', minimum: '1' } },
        { id: 'named', use: 'sum', in: { items: ['$facts.claim.declaredLoss'] } },
        { id: 'both', use: 'sum', in: { items: ['$expected', '$named'] } },
        { id: 'out', use: 'round', in: { value: '$both' }, with: { unit: '0.01', mode: 'half_up' } },
      ],
    });
    const [some] = requests([0]);
    if (some === undefined) throw new Error('no example');
    const asked = examples.map(({ facts }, index) => ({ ...some, policy: { ...some.policy, resolved }, facts: withSales(facts, `set ${index}`) }));
    const quick = await quickly(asked);
    expect(quick).toEqual(asked.map(({ facts }) => came(slowly(facts, resolved))));
    expect(quick.some((run) => run?.outcome === 'ineligible')).toBe(true);
  });
});
