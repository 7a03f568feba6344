import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { currency, formatMoney, money, ratio, ZERO } from '../../src/core/money/index.js';
import { compilePolicy, exampleFacts, exampleGiven, runPolicy, type CompiledPolicy, type ExampleDefinition } from '../../src/core/policy/index.js';
import { shareFund } from '../../src/core/sharing/index.js';
import { sharedData } from '../support/shared-data.js';
import { reasons } from '../support/policy.js';
import { written } from '../../src/core/policy/examples.js';

/** One published or derived result: what a scheme pays for an input. */
interface Vector {
  readonly id: string;
  readonly scheme: string;
  readonly input: Readonly<Record<string, never>>;
  readonly expected: unknown;
}

/** How a vector's input is put to a policy: on top of which example, with which answers, and which steps are compared. */
interface Meeting {
  readonly policy: string;
  readonly like: string;
  readonly inputs?: (input: Readonly<Record<string, number & string & never[]>>, vector: Vector) => Readonly<Record<string, unknown>>;
  readonly given?: (input: Readonly<Record<string, number & string>>) => Readonly<Record<string, unknown>>;
  readonly steps?: readonly string[];
}

const cents = (amount: number): string => amount.toFixed(2);
const won = (amount: number): string => String(amount);

/** The one place where published scheme keys become policies and inputs. */
const MEETINGS: Readonly<Record<string, Meeting>> = {
  kakao2022: { policy: 'kr-kakao-2022-free-service', like: 'K1: a loss of one won is in the first band', inputs: ({ loss }) => ({ comparableWeeks: [{ from: '2022-09-24', amount: '1000000' }], lossWeekSales: won(1_000_000 - Number(loss)) }) },
  'kakao2022-paid': { policy: 'kr-kakao-2022-paid-service', like: 'K9: KakaoT Pro, 39,000 a month, six days of October', inputs: ({ monthlyFee }) => ({ monthlyFee: won(Number(monthlyFee)) }) },
  kt2018: { policy: 'kr-kt-2018', like: '1 days without service', given: ({ days }) => ({ segments: [{ state: 'down', at: `2018-11-24T02:00Z/${new Date(Date.UTC(2018, 10, 24 + Number(days), 2)).toISOString().slice(0, 16)}Z` }] }) },
  lgu2023: { policy: 'kr-lgu-2023', like: 'a bundle of 38,500: two hours of fee, ten times', inputs: ({ monthlyFee }) => ({ monthlyFee: won(Number(monthlyFee)) }) },
  'lgu2023-pccafe': { policy: 'kr-lgu-2023', like: 'a PC cafe on 29 January only', inputs: ({ events }) => ({ events: (events as unknown as string[]).map((day) => ({ day })) }) },
  'kr-losscomp-2021Q3': {
    policy: 'kr-loss-compensation', like: "L1: the ministry's official example, 2021 Q3",
    inputs: ({ dailySales2019, dailySales, operatingMargin, labourRent, days }) => ({
      operatingMargin: String(operatingMargin), labourAndRentShare: String(labourRent),
      months: [{ month: '2021-07', sales2019: won(31 * Number(dailySales2019)), days2019: '31', sales: won(31 * Number(dailySales)), days: '31', measureDays: String(days) }],
    }),
  },
  'kr-losscomp-advance': { policy: 'kr-loss-compensation', like: 'L8: an advance of 5,000,000 is taken off, and nothing is owed', inputs: ({ advance }) => ({ advancePaid: won(Number(advance)) }), steps: ['payable', 'owed'] },
  'ofcom-start-2024': { policy: 'uk-ofcom-automatic-compensation', like: 'O1: start due Wednesday, active Thursday, 2024', inputs: ({ active }) => ({ activeOn: String(active) === 'Thu' ? '2024-06-06' : '2024-06-07' }) },
  'lrsg-28day': { policy: 'uk-rateable-value-grants', like: 'LR5-1334: five days closed, low band', inputs: ({ amount, days }) => ({ rateableValue: { 1334: '15000.00', 2000: '15001.00', 3000: '51000.00' }[Number(amount)], days: String(days) }) },
  'cp0030-coinsurance': { policy: 'us-iso-cp-00-30', like: 'B1: limit 150,000 where 200,000 was required: a loss of 80,000 pays 60,000', inputs: ({ value12m, limit, loss }) => ({ yearValue: cents(Number(value12m)), limit: cents(Number(limit)), expectedSales: cents(Number(loss)) }) },
  'bi-topdown': {
    policy: 'us-iso-cp-00-30', like: 'B4 bottom up: profit 500 and continuing rent, wages and other costs of 2,500 come to the same from stated figures',
    inputs: ({ lostSales, variableShare }) => ({ expectedSales: cents(2 * Number(lostSales)), actualSales: cents(Number(lostSales)), savedCosts: cents(Number(lostSales) * Number(variableShare)) }),
  },
  'uk-insured-gp': {
    policy: 'uk-gross-profit', like: 'G1: turnover 89,572, closing stock 3,832, opening stock 4,234, expenses 42,856: insured gross profit 46,314', steps: ['insuredGrossProfit'],
    inputs: ({ turnover, closing, opening, uninsuredWorkingExpenses }) => ({ turnoverLastYear: cents(Number(turnover)), closingStock: cents(Number(closing)), openingStock: cents(Number(opening)), uninsuredExpenses: cents(Number(uninsuredWorkingExpenses)) }),
  },
  'uk-loss-gp': { policy: 'uk-gross-profit', like: 'G3: a rate of 30 % on a reduction of 3,600,000 is 1,080,000', inputs: ({ shortage }) => ({ standardTurnover: cents(Number(shortage) + 1_400_000), turnoverInPeriod: '1400000.00' }) },
  'money-franchise': { policy: 'cyber-business-interruption', like: 'Y5: a money franchise of 10,000, a loss of 12,000: all of it', inputs: ({ loss, threshold }) => ({ grossMargin: `${Number(loss)}/24000`, retention: cents(Number(threshold)) }) },
  'time-retention': { policy: 'cyber-business-interruption', like: 'Y4: 5 hours out with 8 hours of waiting as excess: nil', inputs: ({ waitingHours }) => ({ waitingPeriod: `${Number(waitingHours)} hours` }) },
  'aws-s3': { policy: 'aws-s3', like: 'C10: 98 % in the Standard class, charges of 100.00: 25.00', inputs: ({ charges, uptime }) => ({ monthlyCharges: cents(Number(charges)), errorRates: [{ intervals: '8640', rate: `${100 - Number(uptime)}/100` }] }) },
  'bp-rtp': { policy: 'us-deepwater-horizon', like: '', inputs: () => ({}) },
  'jp-revival': {
    policy: 'jp-revival-money', like: 'JF1: 5.0m less five times 0.5m, a sole trader: the cap of 500,000',
    inputs: ({ baseSum, target, cap }) => ({ candidates: [{ baseSum: won(Number(baseSum)), baseMonth: won(Number(cap) === 500_000 ? 2 * Number(target) : 1.5 * Number(target)), targetMonth: won(Number(target)) }] }),
  },
  'jp-cooperation-30days': {
    policy: 'jp-cooperation-money', like: 'JP30b: by the fall, 30 days at the most',
    inputs: ({ perDay, days }) => (Number(perDay) === 40_000 ? { method: 'by_sales', salesPerDay: '100000', days: String(days) } : { days: String(days) }),
  },
  'slices-truncate': { policy: 'us-big-fish-slices', like: 'BF1: 40,000 spent: 8,273.12, truncated from 8,273.125', inputs: ({ spend }) => ({ spent: cents(Number(spend)) }) },
};

/** Met elsewhere: where, and why not by a policy. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'ofcom-index': 'the uplift of a table, not of a claim: blocks.spec.ts, "index: Ofcom\'s yearly uplift compounds on the rounded amount"',
  'allocate-bounds': 'sharing a fund is the fund\'s, not a step of a claim: "the maxima of a fund with a protected tier" below',
};

function compiled(name: string): CompiledPolicy {
  const { policy, faults } = compilePolicy(readFileSync(`policies/${name}.yaml`, 'utf8'), reasons);
  if (policy === undefined) throw new Error(`${name}: ${JSON.stringify(faults)}`);
  return policy;
}

/** What a policy makes of a vector, as an example would write it. */
function outcome(vector: Vector): string[] {
  const meeting = MEETINGS[vector.scheme] as Meeting;
  const policy = compiled(meeting.policy);
  const examples = policy.document.examples;
  const like = vector.scheme === 'bp-rtp' ? examples.findIndex(({ name }) => name.startsWith(`${vector.id}:`)) : examples.findIndex(({ name }) => name === meeting.like);
  if (like === -1) throw new Error(`${meeting.policy} has no example "${meeting.like}"`);
  const base = exampleGiven(examples, like);
  const input = vector.input as never;
  const inputs = { ...(base['inputs'] as object), ...meeting.inputs?.(input, vector) };
  const added: ExampleDefinition['given'] = { ...base, ...meeting.given?.(input), inputs };
  const run = runPolicy(policy, exampleFacts(policy.document, added));
  if (run.kind === 'needs') throw new Error(`${vector.id} asks for sales of ${JSON.stringify(run.windows)}`);
  if (run.reviews.length > 0) return ['review'];
  return (meeting.steps ?? [policy.document.result.cash.slice(1)]).map((step) => written(run.values.get(step)));
}

/** The figures a vector expects, in the decimals of the policy's currency. */
function figures(expected: unknown, like: string): string[] {
  const decimals = like.includes('.') ? 2 : 0;
  if (expected === 'review') return ['review'];
  if (typeof expected === 'number') return [expected.toFixed(decimals)];
  return Object.values(expected as Record<string, number>).map((figure) => figure.toFixed(decimals));
}

const text = sharedData('vectors', 'schemes.json');

(text === undefined ? describe.skip : describe)('published results', () => {
  const vectors = JSON.parse(text ?? '[]') as Vector[];

  it('all meet a policy, or somebody said where they are met', () => {
    const unmet = vectors.filter(({ scheme }) => MEETINGS[scheme] === undefined && ELSEWHERE[scheme] === undefined);
    expect(unmet.map(({ id, scheme }) => `${id} (${scheme})`)).toEqual([]);
    expect(vectors.length).toBeGreaterThanOrEqual(40);
  });

  it.each(vectors.filter(({ scheme }) => MEETINGS[scheme] !== undefined).map((vector) => [vector.id, vector.scheme, vector] as const))('%s of %s', (_id, _scheme, vector) => {
    const found = outcome(vector);
    expect(found).toEqual(figures(vector.expected, found[0] ?? ''));
  });

  it('the maxima of a fund with a protected tier', () => {
    const [{ input, expected }] = vectors.filter(({ scheme }) => scheme === 'allocate-bounds') as [Vector];
    const points = Object.entries(input as Record<string, number>).filter(([key]) => key.startsWith('tier')).map(([, minor]) => BigInt(minor) * 100n);
    const rise = ratio(BigInt(Math.trunc(Number((input as Record<string, number>)['increaseCap']) * 100)) + 100n, 100n);
    const total = points.reduce((sum, minor) => sum + minor, 0n);
    const result = shareFund(
      { fundId: 'tyndall', fund: money(2n * total, currency('USD')), reserveRatio: ZERO, order: 'together', surplus: 'stays', tiers: [{ key: 'all', mostRatio: rise }] },
      points.map((minor, index) => ({ claimId: `claim ${index}`, tier: 'all', points: minor })));
    expect(result.ok ? result.value.shares.map(({ minor }) => formatMoney(money(minor, currency('USD')))) : result.refusal).toEqual(figures(expected, '0.00'));
  });
});
