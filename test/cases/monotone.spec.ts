import { beforeAll, describe, expect, it } from '@jest/globals';
import { assess } from '../../src/core/assessment/index.js';
import type { PolicyFacts } from '../../src/core/policy/index.js';
import type { Instant } from '../../src/core/time/index.js';
import { shippedExamples, type ShippedExample } from '../support/shipped.js';

/**
 * What the schemes say by their own rules: more of the first never lowers an award, more of the second never raises it. `downtime`
 * is how long the recorded outage lasted, `sales` what was sold in the claim window; the rest are answers. What is not here goes both
 * ways: in EU 261 a longer flight pays more, but after a longer delay only.
 */
const SAYS: Readonly<Record<string, { readonly raises?: readonly string[]; readonly lowers?: readonly string[] }>> = {
  'au-customer-service-guarantee': { raises: ['missed'] },
  'au-tio-business-loss': { raises: ['costsToReduce', 'dependency', 'expectedRevenue'], lowers: ['sales', 'actualRevenue', 'guaranteePaid', 'savedExpenses'] },
  'aws-ec2': { raises: ['downtime', 'monthlyCharges'] },
  'aws-s3': { raises: ['downtime', 'monthlyCharges'] },
  'azure-virtual-machines': { raises: ['downtime', 'monthlyFee'] },
  'ca-rogers-2022': { raises: ['lines', 'monthlyFee'] },
  'cyber-business-interruption': { raises: ['grossMargin', 'limit'], lowers: ['retention', 'waitingPeriod'] },
  'default-eur': { raises: ['downtime', 'grossMargin'], lowers: ['sales'] },
  'default-gbp': { raises: ['downtime', 'grossMargin'], lowers: ['sales'] },
  'default-krw': { raises: ['downtime', 'grossMargin'], lowers: ['sales'] },
  'default-usd': { raises: ['downtime', 'grossMargin'], lowers: ['sales'] },
  'eu-261': { raises: ['minutesLate'] },
  'google-compute-engine': { raises: ['downtime', 'monthlyBill'] },
  'jp-cooperation-money': { raises: ['days', 'fallPerDay', 'salesPerDay'] },
  'jp-kddi-2022': { raises: ['downtime', 'baseFee'] },
  'kr-goodwill-payment': { raises: ['downtime'] },
  'kr-kakao-2022-free-service': { lowers: ['lossWeekSales'] },
  'kr-kakao-2022-paid-service': { raises: ['monthlyFee'] },
  'kr-kt-2018': { raises: ['downtime'] },
  'kr-kt-2021': { raises: ['monthlyFee'] },
  'kr-lgu-2023': { raises: ['monthlyFee'] },
  'kr-loss-compensation': { raises: ['labourAndRentShare', 'operatingMargin'], lowers: ['advancePaid'] },
  'kr-telecom-terms': { raises: ['downtime', 'monthlyFee'] },
  'uk-bt-business': { raises: ['dailyRental', 'missed'] },
  'uk-delay-repay': { raises: ['minutes', 'price'] },
  'uk-gross-profit': { raises: ['increasedCost', 'standardTurnover', 'sumInsured', 'trendFactor', 'turnoverSaved'], lowers: ['savings', 'turnoverInPeriod'] },
  'uk-ofcom-automatic-compensation': { raises: ['missed'] },
  'uk-post-office-horizon': { raises: ['assessed'], lowers: ['settled'] },
  'uk-power-standards': { raises: ['downtime'] },
  'uk-rateable-value-grants': { raises: ['days', 'rateableValue'] },
  'uk-seiss-5': { raises: ['monthlyProfit', 'turnoverBefore'], lowers: ['turnoverNow'] },
  'us-att-guarantee': { raises: ['downtime', 'monthlyRate'] },
  'us-big-fish-slices': { raises: ['spent'] },
  'us-deepwater-horizon': { raises: ['early2010'], lowers: ['earlierPayments'] },
  'us-iso-cp-00-30': { raises: ['expectedSales', 'extraExpense', 'limit'], lowers: ['sales', 'actualSales', 'coinsurance', 'savedCosts', 'yearValue'] },
  'us-restaurant-revitalization-fund': { raises: ['eligibleExpenses', 'receipts2019'], lowers: ['firstLoan', 'receipts2020', 'secondLoan'] },
  'us-settlement-tiers': { raises: ['panelSum'] },
};

let all: readonly ShippedExample[] = [];
beforeAll(() => {
  all = shippedExamples();
});

/** Twentieths of what the example says: from nothing to ten times as much. */
const LADDER = [0n, 5n, 10n, 16n, 20n, 22n, 30n, 40n, 80n, 200n];

/** A figure as text, times so many twentieths, with the decimals it has. */
function scaledText(text: string, twentieths: bigint): string | undefined {
  const [, whole, fraction = '', rest = ''] = /^(\d+)(?:\.(\d+))?(%|| \w+)$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = ((BigInt(whole + fraction) * twentieths) / 20n).toString().padStart(fraction.length + 1, '0');
  return `${fraction === '' ? digits : `${digits.slice(0, -fraction.length)}.${digits.slice(-fraction.length)}`}${rest}`;
}

/** The facts with more or less of one thing; undefined where the example has none of it. */
function turned(facts: PolicyFacts, what: string, twentieths: bigint): PolicyFacts | undefined {
  if (what === 'downtime') {
    const last = facts.outages.flatMap(({ segments }) => segments).findLast(({ state }) => state === 'down');
    if (last === undefined) return undefined;
    const to = (last.from + Number(BigInt(last.to - last.from) * twentieths / 20n)) as Instant;
    const longer = (segment: typeof last) => (segment === last ? { ...segment, to } : segment);
    return { ...facts, outages: facts.outages.map((outage) => ({ ...outage, segments: outage.segments.map(longer).filter(({ from, to: end }) => from < end) })) };
  }
  if (what === 'sales') {
    if (facts.sales === undefined) return undefined;
    const more = (sum: NonNullable<typeof facts.sales>['sums'][number]) => (sum.from < facts.claim.window.from ? sum : { ...sum, net: String((BigInt(sum.net) * twentieths) / 20n) });
    return { ...facts, sales: { ...facts.sales, sums: facts.sales.sums.map(more) } };
  }
  const given = facts.inputs[what]?.value;
  const value = typeof given === 'string' ? scaledText(given, twentieths) : undefined;
  return value === undefined ? undefined : { ...facts, inputs: { ...facts.inputs, [what]: { value, provenance: 'declared' } } };
}

/** What is paid along the ladder, where there is a sum. */
const paid = ({ policy, facts }: ShippedExample, what: string): bigint[] => LADDER.flatMap((twentieths) => {
  const changed = turned(facts, what, twentieths);
  const run = changed === undefined ? undefined : assess(changed, policy);
  return run?.kind !== 'assessed' || run.result.cashMinor === null ? [] : [BigInt(run.result.cashMinor)];
});

const rows = Object.entries(SAYS).flatMap(([policy, { raises = [], lowers = [] }]) =>
  [...raises.map((what) => [policy, what, 'lowers', 1] as const), ...lowers.map((what) => [policy, what, 'raises', -1] as const)]);

describe('an award follows what it is for', () => {
  it.each(rows)('%s: more %s never %s it', (policy, what, _never, sign) => {
    const examples = all.filter((example) => example.policy.document.policy === policy && example.result.cashMinor !== null);
    let moved = 0;
    for (const example of examples) {
      const ladder = paid(example, what);
      const steps = ladder.slice(1).map((next, index) => (next - (ladder[index] as bigint)) * BigInt(sign));
      if (steps.some((step) => step < 0n)) expect([example.title, ladder.map(String)]).toEqual('an award that only goes one way');
      moved += steps.filter((step) => step > 0n).length;
    }
    expect(moved).toBeGreaterThan(0);
  });

  it('is said of every policy that ships, but those whose sum no figure moves', () => {
    const silent = [...new Set(all.map(({ policy }) => policy.document.policy))].filter((policy) => SAYS[policy] === undefined);
    expect(silent.sort()).toEqual(['jp-revival-money', 'us-ppp-second-draw']);
  });
});
