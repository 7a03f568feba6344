import { compareAmount, formatAmount, formatRatio, roundAmount, roundRatio, amountOf, scaleAmount, subtractAmount, ZERO, type Amount, type Rounding } from '../../money/index.js';
import { review, value, type Block } from '../block.js';

const ROUNDING_NAMES = ['floor', 'ceiling', 'down', 'up', 'half_up', 'half_even'] as const;

/** Expected less actual over the whole loss window of one outage, floored once: floors per hour would pay noise. */
export const shortfall: Block = {
  name: 'shortfall',
  version: 1,
  purpose: 'Expected sales less actual sales, floored once at nought.',
  inputs: {
    expected: { types: ['money'], about: 'but-for sales' },
    actual: { types: ['money'], about: 'actual sales of the same window' },
  },
  params: {},
  output: () => 'money',
  evaluate(inputs) {
    const difference = subtractAmount(inputs.money('expected'), inputs.money('actual'));
    const floored = difference.minor.num < 0n;
    return value(
      { type: 'money', amount: floored ? { ...difference, minor: ZERO } : difference },
      { beforeFloor: formatAmount(difference) },
    );
  },
};

/** The margin already leaves out cost that falls away with the sale; saved cost is not taken off again. */
export const margin: Block = {
  name: 'margin',
  version: 1,
  purpose: 'The share of sales that is loss: own accounts where given, else the published table by trade.',
  inputs: {
    own: { types: ['ratio'], optional: true, about: 'margin from the merchant\'s own accounts' },
    trade: { types: ['text'], about: 'trade code, the key of the table' },
  },
  params: { table: { kind: 'ratio', keyed: 'trade', about: 'margin by trade, with source and year' } },
  output: () => 'ratio',
  evaluate(inputs, params) {
    const own = inputs.get('own');
    if (own?.type === 'ratio') {
      const sane = own.ratio.num >= 0n && own.ratio.num <= own.ratio.den;
      return sane ? value(own, { from: 'own_accounts' }) : review('margin_out_of_range', { margin: formatRatio(own.ratio) });
    }
    return value({ type: 'ratio', ratio: params.ratio('table') }, { from: 'table_by_trade' });
  },
};

export const percent: Block = {
  name: 'percent',
  version: 1,
  purpose: 'An amount times a rate, exact.',
  inputs: { of: { types: ['money'], about: 'the amount' }, rate: { types: ['ratio'], about: 'the rate' } },
  params: {},
  output: () => 'money',
  evaluate: (inputs) => value({ type: 'money', amount: scaleAmount(inputs.money('of'), inputs.ratio('rate')) }),
};

export const perUnit: Block = {
  name: 'per_unit',
  version: 1,
  purpose: 'A published sum for each unit, such as an open hour.',
  inputs: {
    units: { types: ['number'], about: 'how many' },
    key: { types: ['text'], optional: true, about: 'key of the table of rates' },
  },
  params: { rate: { kind: 'money', keyed: 'key', about: 'the sum for one unit' } },
  output: () => 'money',
  evaluate: (inputs, params) => value({ type: 'money', amount: scaleAmount(params.money('rate'), inputs.ratio('units')) }),
};

export const clamp: Block = {
  name: 'clamp',
  version: 1,
  purpose: 'Keeps an amount between a floor and a cap.',
  inputs: { value: { types: ['money'], about: 'the amount' } },
  params: {
    cap: { kind: 'money', optional: true, about: 'not more than this' },
    floor: { kind: 'money', optional: true, about: 'not less than this, once anything is due' },
  },
  output: () => 'money',
  evaluate(inputs, params) {
    const amount = inputs.money('value');
    if (params.has('cap') && compareAmount(amount, params.money('cap')) > 0) return value({ type: 'money', amount: params.money('cap') }, { applied: 'cap' });
    const raise = params.has('floor') && amount.minor.num > 0n && compareAmount(amount, params.money('floor')) < 0;
    return raise ? value({ type: 'money', amount: params.money('floor') }, { applied: 'floor' }) : value({ type: 'money', amount });
  },
};

const minorUnits = (unit: Amount): bigint => roundRatio(unit.minor, 'floor');

/** The one place of a policy where a fraction becomes payable money. */
export const round: Block = {
  name: 'round',
  version: 1,
  purpose: 'Rounds to a multiple of a unit, by a named mode.',
  inputs: { value: { types: ['money'], about: 'the exact amount' } },
  params: {
    unit: { kind: 'money', about: 'such as 0.01 or 10' },
    mode: { kind: 'choice', options: ROUNDING_NAMES, about: 'half_up is half away from zero' },
  },
  output: () => 'money',
  evaluate: (inputs, params) => value({
    type: 'money',
    amount: amountOf(roundAmount(inputs.money('value'), params.text('mode') as Rounding, minorUnits(params.money('unit')))),
  }),
};

export const minPayable: Block = {
  name: 'min_payable',
  version: 1,
  purpose: 'Amounts below a minimum are not paid: the claim is eligible for nothing, which is not a refusal.',
  inputs: { value: { types: ['money'], about: 'the amount' } },
  params: {
    minimum: { kind: 'money', about: 'the least that is paid' },
    strict: { kind: 'boolean', byDefault: 'false', about: 'whether exactly the minimum is already too little' },
  },
  output: () => 'money',
  evaluate(inputs, params) {
    const amount = inputs.money('value');
    const order = compareAmount(amount, params.money('minimum'));
    const tooLittle = order < 0 || (order === 0 && params.text('strict') === 'true');
    return tooLittle && amount.minor.num > 0n
      ? value({ type: 'money', amount: { ...amount, minor: ZERO } }, { applied: 'below_minimum' })
      : value({ type: 'money', amount });
  },
};
