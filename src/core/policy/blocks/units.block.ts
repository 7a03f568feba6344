import { addAmount, addRatio, compareRatio, currency, divideRatio, multiplyRatio, ONE, ratio, scaleAmount, subtractRatio, ZERO, type Amount, type Ratio } from '../../money/index.js';
import { addLocalDays, intersect, monthsIn, monthOf } from '../../time/index.js';
import { money, value, type Block, type Params, type RunScope } from '../block.js';
import { setOf, type TimeValue, type Value } from '../value.js';

export const perUnit: Block = {
  name: 'per_unit',
  version: 1,
  group: 'amount',
  purpose: 'A published sum for each unit, such as an open hour; the first unit may have its own, and units may be capped.',
  rounding: 'none; part units count in part, so round them in `measure`',
  example: 'first 95, further 40, three units: 175; no unit: nought',
  source: 'Ofcom (per day), UK power standards (first and further), Korean loss compensation (per measure day)',
  inputs: {
    units: { types: ['number', 'ratio'], about: 'how many' },
    key: { types: ['text'], optional: true, about: 'key of the table of rates' },
  },
  params: {
    rate: { kind: 'money', keyed: ['key'], about: 'the sum for one unit' },
    first: { kind: 'money', keyed: ['key'], optional: true, about: 'the sum for the first unit instead' },
    most: { kind: 'number', optional: true, about: 'no more units than this' },
  },
  output: () => 'money',
  evaluate(inputs, params) {
    const asked = inputs.ratio('units');
    const most = params.has('most') && compareRatio(asked, params.ratio('most')) > 0 ? params.ratio('most') : asked;
    const units = most.num < 0n ? ZERO : most;
    if (!params.has('first')) return money(scaleAmount(params.money('rate'), units));
    if (units.num === 0n) return money({ ...params.money('rate'), minor: ZERO });
    const further = compareRatio(units, ONE) > 0 ? subtractRatio(units, ONE) : ZERO;
    return money(addAmount(params.money('first'), scaleAmount(params.money('rate'), further)));
  },
};

const DAY_MS = ratio(86_400_000n);
const THIRTY = ratio(30n);

interface FeeMonth {
  readonly days: Ratio;
  readonly share: Ratio;
}

/** Days of counted time in each month it touches, weighted; a day is 24 nominal hours. */
function daysByMonth(time: TimeValue, { facts }: RunScope): FeeMonth[] {
  return monthsIn(time.window, facts.site.zone).map((month) => {
    const ms = time.pieces.reduce((sum, piece) => intersect([piece], [month])
      .reduce((inner, { from, to }) => addRatio(inner, multiplyRatio(ratio(BigInt(to - from)), piece.value)), sum), ZERO);
    return { share: divideRatio(ms, DAY_MS), days: ratio(BigInt(month.days)) };
  });
}

/** The fee of a month: what is stated, else that of the enrolments in force, changed within the month at its exact share. */
function feeParts(time: TimeValue, params: Params, run: RunScope): Amount {
  const { claim, enrolments } = run.facts;
  const thirty = params.text('month') === 'thirty';
  const fees = enrolments.filter(({ service, fee }) => claim.services.includes(service) && fee?.currency === run.currency);
  const parts = fees.flatMap(({ from, to, fee }) => {
    const within = intersect(setOf(time.pieces), [{ from, to: to ?? addLocalDays(time.window.to, run.facts.site.zone, 1) }]);
    const own: TimeValue = { ...time, pieces: time.pieces.flatMap((piece) => intersect([piece], within).map((inside) => ({ ...inside, value: piece.value }))) };
    const amount: Amount = { minor: ratio(BigInt(fee?.minor ?? '0')), currency: currency(run.currency) };
    return daysByMonth(own, run).map(({ days, share }) => scaleAmount(amount, divideRatio(share, thirty ? THIRTY : days)));
  });
  return parts.reduce((sum, part) => addAmount(sum, part), { minor: ZERO, currency: run.currency });
}

/** Units of time as days: a number is days, a duration is divided by 24 hours, counted time is split by month. */
function monthsOf(of: Value, params: Params, run: RunScope): Ratio {
  const thirty = params.text('month') === 'thirty';
  if (of.type === 'time') return daysByMonth(of.time, run).map(({ days, share }) => divideRatio(share, thirty ? THIRTY : days)).reduce(addRatio, ZERO);
  const days = of.type === 'duration' ? divideRatio(of.ms, DAY_MS) : of.type === 'number' || of.type === 'ratio' ? of.ratio : ZERO;
  return divideRatio(days, thirty ? THIRTY : ratio(BigInt(monthOf(run.date, run.facts.site.zone).days)));
}

export const feeTime: Block = {
  name: 'fee_time',
  version: 1,
  group: 'amount',
  purpose: 'The part of a monthly fee that belongs to the outage, times a multiplier.',
  rounding: 'none; months are actual or 30 days, split at month ends and fee changes, a day is 24 nominal hours',
  example: '39,000 a month, six days of October: 39,000 ÷ 31 × 6 = 7,548 12/31',
  source: 'Kakao 2022 paid services (actual month); LG U+ 2023, KT 2021 (30 days); Korean telecom terms (× 10)',
  inputs: {
    time: { types: ['time', 'number', 'duration'], about: 'counted time, or days' },
    fee: { types: ['money'], optional: true, about: 'the monthly fee; that of the enrolments in force when left out (counted time only)' },
  },
  params: {
    month: { kind: 'choice', options: ['actual', 'thirty'], about: 'length of a month' },
    multiplier: { kind: 'ratio', byDefault: '1', about: 'how many times the fee is paid' },
  },
  output: () => 'money',
  evaluate(inputs, params, run) {
    const [time, fee] = [inputs.get('time') as Value, inputs.get('fee')];
    const times = params.ratio('multiplier');
    if (fee?.type === 'money') return money(scaleAmount(fee.amount, multiplyRatio(monthsOf(time, params, run), times)));
    if (time.type !== 'time') return value(null, { why: 'no_fee' });
    return money(scaleAmount(feeParts(time.time, params, run), times));
  },
};
