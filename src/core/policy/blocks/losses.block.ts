import { addAmount, addRatio, compareAmount, compareRatio, divideRatio, formatAmount, formatRatio, scaleAmount, subtractAmount, subtractRatio, ONE, ZERO, type Amount, type Ratio } from '../../money/index.js';
import { money, review, value, type Block, type Outcome } from '../block.js';
import type { Maybe, Sample } from '../value.js';

const zero = (like: Amount): Amount => ({ minor: ZERO, currency: like.currency });
const floored = (amount: Amount): Amount => (amount.minor.num < 0n ? zero(amount) : amount);

/** Each period floored by itself: only where a scheme's own text says so, for it pays noise. */
function byPeriod(expected: readonly Sample[], actual: readonly Sample[], single: boolean): Amount | undefined {
  const pairs = expected.flatMap(({ label, amount }) => {
    const same = actual.find((sample) => sample.label === label);
    return same === undefined ? [] : [subtractAmount(amount, same.amount)];
  });
  if (pairs.length < expected.length) return undefined;
  return pairs.map((difference) => (single ? floored(difference) : difference)).reduce<Amount | undefined>((sum, next) => (sum === undefined ? next : addAmount(sum, next)), undefined);
}

/** Expected less actual over the whole loss window of one outage, floored once: floors per hour would pay noise. */
export const shortfall: Block = {
  name: 'shortfall',
  version: 1,
  group: 'loss',
  purpose: 'Expected sales less actual sales, floored at nought: once over the whole, or by period where a scheme says so.',
  rounding: 'none',
  example: 'expected 900, actual 1,000: nought, never −100',
  source: 'Kakao 2022; Korean loss compensation (months singly, the rise counts nought)',
  inputs: {
    expected: { types: ['money', 'series'], about: 'but-for sales' },
    actual: { types: ['money', 'series'], about: 'actual sales of the same window' },
  },
  params: { net: { kind: 'choice', options: ['once', 'per_period'], byDefault: 'once', about: 'series: floor the total, or each period by itself' } },
  output: () => 'money',
  evaluate(inputs, params): Outcome {
    const [expected, actual] = [inputs.get('expected'), inputs.get('actual')];
    if (expected?.type === 'series' && actual?.type === 'series') {
      const total = byPeriod(expected.samples, actual.samples, params.text('net') === 'per_period');
      return total === undefined ? review('periods_do_not_match') : money(floored(total), { beforeFloor: formatAmount(total), periods: expected.samples.length });
    }
    if (expected?.type !== 'money' || actual?.type !== 'money') return review('periods_do_not_match');
    const difference = subtractAmount(expected.amount, actual.amount);
    return money(floored(difference), { beforeFloor: formatAmount(difference) });
  },
};

/** The margin already leaves out cost that falls away with the sale; saved cost is not taken off again. */
export const margin: Block = {
  name: 'margin',
  version: 1,
  group: 'loss',
  purpose: 'The share of sales that is loss: own accounts where given, else the published table by trade.',
  rounding: 'none',
  example: 'an own margin of 1.2 goes to a person; one of exactly 1 is taken',
  source: 'business interruption practice; UK gross profit (rate of gross profit)',
  inputs: {
    own: { types: ['ratio', 'number'], optional: true, about: 'margin from the merchant\'s own accounts' },
    trade: { types: ['text'], optional: true, about: 'trade code, the key of the table' },
  },
  params: { table: { kind: 'ratio', keyed: ['trade'], optional: true, about: 'margin by trade, with source and year' } },
  output: () => 'ratio',
  evaluate(inputs, params) {
    const own = inputs.get('own');
    if (own?.type === 'ratio' || own?.type === 'number') {
      const sane = own.ratio.num >= 0n && compareRatio(own.ratio, ONE) <= 0;
      return sane ? value({ type: 'ratio', ratio: own.ratio }, { from: 'own_accounts' }) : review('margin_out_of_range', { margin: formatRatio(own.ratio) });
    }
    return params.has('table') ? value({ type: 'ratio', ratio: params.ratio('table') }, { from: 'table_by_trade' }) : value(null, { from: 'nothing' });
  },
};

const totalOf = (of: Maybe): Ratio | undefined => {
  if (of?.type === 'money') return of.amount.minor;
  return of?.type === 'series' ? of.samples.map(({ amount }) => amount.minor).reduce(addRatio, ZERO) : undefined;
};

/** How trade went before the event, so that a growing shop is compared with what it would have become. */
export const trend: Block = {
  name: 'trend',
  version: 1,
  group: 'loss',
  purpose: 'Sales of a recent period against the same period before, as a factor or as growth, kept between limits; a general allowance is added afterwards.',
  rounding: 'none',
  example: 'growth of 14 % kept to 10 % plus a general 2 % is 12 %; of −6 % kept to −2 % plus 2 % is 0 %',
  source: 'Deepwater Horizon settlement, Step 2; UK business interruption (trend clause); seasonal comparables clamped 0.5–1.5',
  inputs: {
    now: { types: ['money', 'series'], about: 'sales of the recent period' },
    before: { types: ['money', 'series'], about: 'sales of the same period earlier' },
  },
  params: {
    as: { kind: 'choice', options: ['factor', 'growth'], about: 'factor: now ÷ before; growth: that less one' },
    low: { kind: 'ratio', optional: true, about: 'not below this' },
    high: { kind: 'ratio', optional: true, about: 'not above this' },
    general: { kind: 'ratio', optional: true, about: 'added after the limits' },
    least: { kind: 'count', optional: true, about: 'series: how many periods both must have' },
  },
  output: () => 'ratio',
  evaluate(inputs, params) {
    const [now, before] = [inputs.get('now'), inputs.get('before')];
    const few = [now, before].some((of) => of?.type === 'series' && params.has('least') && of.samples.length < params.count('least'));
    const [a, b] = [totalOf(now), totalOf(before)];
    if (a === undefined || b === undefined || b.num <= 0n || few) return value(null, { why: few ? 'too_few_periods' : 'nothing_to_compare' });
    const raw = params.text('as') === 'growth' ? subtractRatio(divideRatio(a, b), ONE) : divideRatio(a, b);
    const low = params.has('low') && compareRatio(raw, params.ratio('low')) < 0 ? params.ratio('low') : raw;
    const kept = params.has('high') && compareRatio(low, params.ratio('high')) > 0 ? params.ratio('high') : low;
    return value({ type: 'ratio', ratio: params.has('general') ? addRatio(kept, params.ratio('general')) : kept }, { before: formatRatio(raw) });
  },
};

/** Spending to keep trading is paid up to what it saved. */
export const mitigation: Block = {
  name: 'mitigation',
  version: 1,
  group: 'loss',
  purpose: 'Increased cost of working (ICOW), not above the loss it avoided nor any further limit.',
  rounding: 'none',
  example: 'cost 25,000 that saved turnover of 50,000 at a rate of 40 %: 20,000',
  source: 'UK business interruption (economic limit); US extra expense; least of three in the Indian textbook form',
  inputs: {
    cost: { types: ['money'], about: 'what was spent' },
    avoided: { types: ['money'], optional: true, about: 'sales that the spending saved' },
    rate: { types: ['ratio', 'number'], optional: true, about: 'margin on these sales' },
    limits: { types: ['money'], optional: true, many: true, about: 'further limits' },
  },
  params: {},
  output: () => 'money',
  evaluate(inputs) {
    const cost = floored(inputs.money('cost'));
    const [avoided, rate] = [inputs.get('avoided'), inputs.get('rate')];
    const share = rate?.type === 'ratio' || rate?.type === 'number' ? rate.ratio : ONE;
    const economic = avoided?.type === 'money' ? [floored(scaleAmount(avoided.amount, share))] : [];
    const further = inputs.all('limits').flatMap((limit) => (limit.type === 'money' ? [floored(limit.amount)] : []));
    const least = [...economic, ...further].reduce((best, next) => (compareAmount(next, best) < 0 ? next : best), cost);
    return money(least, { limited: compareAmount(least, cost) < 0 });
  },
};
