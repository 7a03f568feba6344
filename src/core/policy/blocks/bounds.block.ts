import { addRatio, amountOf, compareAmount, compareRatio, divideRatio, formatRatio, multiplyRatio, ratio, roundAmount, roundRatio, ROUNDINGS, scaleAmount, subtractRatio, ZERO, type Amount, type Ratio, type Rounding } from '../../money/index.js';
import { money, review, value, type Block } from '../block.js';
import { figureOf, resized, type Maybe, type Value, type ValueType } from '../value.js';

const minorUnits = (unit: Amount): bigint => roundRatio(unit.minor, 'floor');
const size = (of: Maybe): Ratio => figureOf(of) ?? ZERO;
const sameAs = (input: string) => (scope: { input(name: string): ValueType | undefined }): ValueType => scope.input(input) ?? 'money';

export const clamp: Block = {
  name: 'clamp',
  version: 1,
  group: 'bounds',
  purpose: 'Keeps a value between a floor and a cap.',
  rounding: 'none',
  example: 'a floor of 100,000 lifts 9,032 to 100,000 and leaves 0 at 0, unless it holds for nought too',
  source: 'Korean loss compensation (floor only once a loss is shown); SEISS, Restaurant Revitalization Fund (caps)',
  inputs: { value: { types: ['money', 'ratio', 'number', 'duration'], about: 'the value' }, key: { types: ['text'], optional: true, about: 'key of tables of bounds' } },
  params: {
    cap: { kind: 'money', like: 'value', keyed: ['key'], optional: true, about: 'not more than this' },
    floor: { kind: 'money', like: 'value', keyed: ['key'], optional: true, about: 'not less than this' },
    floorWhenNought: { kind: 'boolean', byDefault: 'false', about: 'whether the floor lifts nought too' },
  },
  output: sameAs('value'),
  evaluate(inputs, params) {
    const of = inputs.get('value') as Value;
    if (params.has('cap') && compareRatio(size(of), size(params.value('cap'))) > 0) return value(params.value('cap'), { applied: 'cap' });
    const due = size(of).num > 0n || params.flag('floorWhenNought');
    const lifts = params.has('floor') && due && compareRatio(size(of), size(params.value('floor'))) < 0;
    return lifts ? value(params.value('floor'), { applied: 'floor' }) : value(of);
  },
};

/** The one place of a policy where a fraction becomes payable money. */
export const round: Block = {
  name: 'round',
  version: 1,
  group: 'bounds',
  purpose: 'Rounds an amount or a count to a multiple of a unit, by a named mode.',
  rounding: 'to `unit` by `mode`',
  example: '7,548.39 won to 10 half_up is 7,550; 8,273.125 down to 0.01 is 8,273.12',
  source: 'Kakao 2022 (to 10); Big Fish settlement (truncated); UK rateable-value grants (half up)',
  inputs: { value: { types: ['money', 'number', 'ratio'], about: 'the exact value' } },
  params: {
    unit: { kind: 'money', like: 'value', about: 'such as 0.01 or 10' },
    mode: { kind: 'choice', options: ROUNDINGS, about: 'half_up is half away from zero' },
  },
  output: sameAs('value'),
  evaluate(inputs, params) {
    const of = inputs.get('value') as Value;
    const unit = size(params.value('unit'));
    if (unit.num <= 0n) return review('units_do_not_match');
    return value(resized(of, multiplyRatio(ratio(roundRatio(divideRatio(size(of), unit), params.text('mode') as Rounding)), unit)));
  },
};

export const minPayable: Block = {
  name: 'min_payable',
  version: 1,
  group: 'bounds',
  purpose: 'Amounts below a minimum are not paid: the claim is eligible for nothing, which is not a refusal.',
  rounding: 'none',
  example: 'strict minimum 1.00: 1.00 is not paid, 1.01 is',
  source: 'AWS (credit only if more than 1 dollar); Restaurant Revitalization Fund (at least 1,000)',
  inputs: { value: { types: ['money'], about: 'the amount' } },
  params: {
    minimum: { kind: 'money', about: 'the least that is paid' },
    strict: { kind: 'boolean', byDefault: 'false', about: 'whether exactly the minimum is already too little' },
  },
  output: () => 'money',
  evaluate(inputs, params) {
    const amount = inputs.money('value');
    const order = compareAmount(amount, params.money('minimum'));
    const tooLittle = order < 0 || (order === 0 && params.flag('strict'));
    return tooLittle && amount.minor.num > 0n ? money({ ...amount, minor: ZERO }, { applied: 'below_minimum' }) : money(amount);
  },
};

export const limit: Block = {
  name: 'limit',
  version: 1,
  group: 'bounds',
  purpose: 'A cap over several claims: what is left of it after what other claims used.',
  rounding: 'none',
  example: 'cap 5,000 of which 4,200 is used: an award of 1,000 is cut to 800; used up: nought',
  source: 'Restaurant Revitalization Fund (location and group); UK power standards (yearly cap)',
  inputs: { value: { types: ['money'], about: 'the amount' } },
  params: {
    cap: { kind: 'money', about: 'for all claims together' },
    per: { kind: 'choice', options: ['site', 'merchant'], about: 'whose claims share the cap' },
    name: { kind: 'text', about: 'name of the cap; steps with the same name share it' },
  },
  output: () => 'money',
  evaluate(inputs, params, { facts }) {
    const amount = inputs.money('value');
    const key = `${facts.policy.key}:${params.text('name')}:${params.text('per')}:${params.text('per') === 'site' ? facts.site.id : facts.merchant.id}`;
    const used = ratio(BigInt(facts.capUse?.[key] ?? '0'));
    const left = subtractRatio(params.money('cap').minor, used);
    const room = left.num < 0n ? ZERO : left;
    return money(compareRatio(amount.minor, room) > 0 ? { ...amount, minor: room } : amount, { key, used: formatRatio(used), left: formatRatio(room) });
  },
};

export const offset: Block = {
  name: 'offset',
  version: 1,
  group: 'bounds',
  purpose: 'Takes earlier payments off: what is still payable, or what the claimant owes when they were more. Used on a minimum it is a top-up.',
  rounding: 'none',
  example: 'award 10,000,000 less advance 5,000,000: 5,000,000; a fixed 75,000 less 90,000 settled: nought, and nothing is owed unless the policy says so',
  source: 'Korean loss compensation (advance, excess becomes a loan); Post Office Horizon (top-up to 75,000)',
  inputs: { value: { types: ['money'], about: 'the award, or the sum to be topped up to' }, paid: { types: ['money'], many: true, optional: true, about: 'earlier payments that count' } },
  params: { part: { kind: 'choice', options: ['payable', 'owed'], byDefault: 'payable', about: 'what is left to pay, or (for result.receivable) what was paid too much' } },
  output: () => 'money',
  evaluate(inputs, params) {
    const amount = inputs.money('value');
    const paid = inputs.all('paid').map(size).reduce(addRatio, ZERO);
    const difference = params.text('part') === 'owed' ? subtractRatio(paid, amount.minor) : subtractRatio(amount.minor, paid);
    return money({ ...amount, minor: difference.num < 0n ? ZERO : difference }, { paid: formatRatio(paid) });
  },
};

export const benefit: Block = {
  name: 'benefit',
  version: 1,
  group: 'bounds',
  purpose: 'Something given beside cash: days, points, credit, data or a coupon.',
  rounding: 'none',
  example: 'three days of a subscription; a credit of 50,000 for messages',
  source: 'Kakao 2022 (message credit, days, emoticons); Optus 2023 (data)',
  inputs: { quantity: { types: ['number', 'ratio', 'money'], optional: true, about: 'how much, when it is worked out' } },
  params: {
    kind: { kind: 'choice', options: ['days', 'points', 'credit', 'data', 'coupon'], about: 'what is given' },
    amount: { kind: 'number', optional: true, about: 'how much, when it is stated' },
    unit: { kind: 'text', about: 'of what, such as "days of Drawer Plus" or KRW' },
  },
  output: () => 'benefit',
  evaluate(inputs, params) {
    const worked = inputs.get('quantity');
    const quantity = worked === null ? (params.has('amount') ? params.ratio('amount') : undefined) : size(worked);
    return value(quantity === undefined ? null : { type: 'benefit', kind: params.text('kind'), quantity, unit: params.text('unit') });
  },
};

export const withhold: Block = {
  name: 'withhold',
  version: 1,
  group: 'bounds',
  purpose: 'Tax withheld from an award, by class of payee.',
  rounding: 'to `unit` by `mode`',
  example: '3.3 % of 100,010 won, down to 10: 3,300',
  source: 'tax withheld at source by class of payee; none unless the policy says so',
  inputs: { value: { types: ['money'], about: 'the gross award' }, payee: { types: ['text'], optional: true, about: 'class of payee' } },
  params: {
    rate: { kind: 'ratio', keyed: ['payee'], about: 'rate by class, with source' },
    unit: { kind: 'money', about: 'such as 1 or 0.01' },
    mode: { kind: 'choice', options: ROUNDINGS, about: 'half_up is half away from zero' },
  },
  output: () => 'money',
  evaluate(inputs, params) {
    const exact = scaleAmount(inputs.money('value'), params.ratio('rate'));
    return money(amountOf(roundAmount(exact, params.text('mode') as Rounding, minorUnits(params.money('unit')))));
  },
};
