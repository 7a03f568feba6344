import { addRatio, compareRatio, divideRatio, formatRatio, multiplyRatio, ONE, ratio, subtractRatio, ZERO, type Ratio } from '../../money/index.js';
import { review, value, type Block, type OutputScope } from '../block.js';
import { figureOf, resized, type Value, type ValueType } from '../value.js';

const SIZED: readonly ValueType[] = ['money', 'ratio', 'number', 'duration'];
const outputOf = (input: string) => (scope: OutputScope): ValueType => scope.input(input) ?? 'money';
const size = (of: Value | null): Ratio => figureOf(of) ?? ZERO;

export const percent: Block = {
  name: 'percent',
  version: 1,
  group: 'amount',
  purpose: 'A value times a rate, exact.',
  rounding: 'none',
  example: 'a third of 100 stays 33 1/3 until a `round` step',
  source: 'every scheme with a rate',
  inputs: { of: { types: SIZED, about: 'the value' }, rate: { types: ['ratio', 'number'], about: 'the rate' } },
  params: { plusOne: { kind: 'boolean', byDefault: 'false', about: 'whether the value itself is added: × (1 + rate), a risk premium' } },
  output: outputOf('of'),
  evaluate(inputs, params) {
    const of = inputs.get('of') as Value;
    const rate = params.flag('plusOne') ? addRatio(inputs.ratio('rate'), ONE) : inputs.ratio('rate');
    return value(resized(of, multiplyRatio(size(of), rate)));
  },
};

export const divide: Block = {
  name: 'divide',
  version: 1,
  group: 'amount',
  purpose: 'One value divided by another, exact: an average per day, a rate of gross profit, units of a period.',
  rounding: 'none',
  example: 'money ÷ number is money, money ÷ money a ratio; division by nought goes to a person',
  source: 'Korean loss compensation (sales per day); UK gross profit (rate)',
  inputs: { of: { types: SIZED, about: 'what is divided' }, by: { types: SIZED, about: 'the divisor' } },
  params: {},
  output: (scope) => {
    const [of, by] = [scope.input('of'), scope.input('by')];
    return by === 'money' || (by === 'duration' && of === 'duration') ? 'ratio' : (of ?? 'ratio');
  },
  evaluate(inputs) {
    const [of, by] = [inputs.get('of') as Value, inputs.get('by') as Value];
    if (size(by).num === 0n) return review('division_by_zero');
    if ((by.type === 'money' || by.type === 'duration') && of.type !== by.type) return review('units_do_not_match');
    const quotient = divideRatio(size(of), size(by));
    return value(of.type === by.type && of.type !== 'number' ? { type: 'ratio', ratio: quotient } : resized(of, quotient));
  },
};

export const sum: Block = {
  name: 'sum',
  version: 1,
  group: 'amount',
  purpose: 'Adds values of one kind, and takes others off; the result may be negative.',
  rounding: 'none',
  example: 'turnover 89,572 plus closing stock 3,832, less opening stock 4,234 and expenses 42,856: 46,314',
  source: 'UK insured gross profit; KDDI (contract and apology add); LG U+ 2023 (events add)',
  inputs: {
    items: { types: SIZED, many: true, about: 'what is added; those that are null are left out' },
    less: { types: SIZED, many: true, optional: true, about: 'what is taken off' },
  },
  params: {},
  output: outputOf('items'),
  evaluate(inputs) {
    const [items, less] = [inputs.all('items'), inputs.all('less')];
    const [first] = items;
    if (first === undefined) return value(null);
    if ([...items, ...less].some(({ type }) => type !== first.type && !(isNumber(type) && isNumber(first.type)))) return review('units_do_not_match');
    const total = (values: readonly Value[]): Ratio => values.map(size).reduce(addRatio, ZERO);
    return value(resized(first, subtractRatio(total(items), total(less))));
  },
};

const isNumber = (type: ValueType): boolean => type === 'number' || type === 'ratio';

export const average: Block = {
  name: 'average',
  version: 1,
  group: 'amount',
  purpose: 'Under-insurance: the loss in the proportion that the cover bears to what was required, never more than the loss.',
  rounding: 'none',
  example: 'cover 150,000 where 200,000 was required: a loss of 80,000 pays 60,000; with cover 200,000 it pays all',
  source: 'ISO CP 00 30 coinsurance; UK average clause',
  inputs: {
    loss: { types: ['money'], about: 'the loss' },
    insured: { types: ['money'], about: 'sum insured, or limit' },
    required: { types: ['money'], about: 'what should have been insured' },
  },
  params: {},
  output: () => 'money',
  evaluate(inputs) {
    const [insured, required] = [inputs.money('insured'), inputs.money('required')];
    const loss = inputs.get('loss') as Value;
    if (required.minor.num <= 0n || compareRatio(insured.minor, required.minor) >= 0) return value(loss, { applied: false });
    const share = divideRatio(insured.minor, required.minor);
    return value(resized(loss, multiplyRatio(size(loss), share)), { applied: true, share: formatRatio(share) });
  },
};

export const deduct: Block = {
  name: 'deduct',
  version: 1,
  group: 'amount',
  purpose: 'An excess or franchise in money, or the greater of money and the loss of the waiting time.',
  rounding: 'none',
  example: 'franchise 10,000: a loss of 12,000 is paid whole, one of 9,000 not at all',
  source: 'cyber business interruption (money retention; greater of money and time)',
  inputs: {
    value: { types: ['money'], about: 'the loss' },
    waitingLoss: { types: ['money'], optional: true, about: 'for `greater_of`: the loss inside the waiting time' },
  },
  params: {
    amount: { kind: 'money', about: 'excess or franchise' },
    kind: { kind: 'choice', options: ['excess', 'franchise', 'greater_of'], about: 'excess: only what is above; franchise: all, once above; greater_of: the greater of the two is the excess' },
    reached: { kind: 'choice', options: ['more_than', 'at_least'], byDefault: 'more_than', about: 'franchise: whether exactly the amount is enough' },
  },
  output: () => 'money',
  evaluate(inputs, params) {
    const loss = inputs.get('value') as Value;
    const own = params.money('amount').minor;
    const waited = inputs.get('waitingLoss');
    const other = params.text('kind') === 'greater_of' && waited !== null ? size(waited) : ZERO;
    const taken = compareRatio(other, own) > 0 ? other : own;
    if (params.text('kind') === 'franchise') {
      const order = compareRatio(size(loss), taken);
      return value(order > 0 || (order === 0 && params.text('reached') === 'at_least') ? loss : resized(loss, ZERO));
    }
    const left = subtractRatio(size(loss), taken);
    return value(resized(loss, left.num < 0n ? ZERO : left), { taken: formatRatio(taken) });
  },
};

const DAY_MINUTES = ratio(1440n);

export const uptime: Block = {
  name: 'uptime',
  version: 1,
  group: 'amount',
  purpose: 'The share of a period in which a service was up: by minutes, or as the average of the error rates of its intervals.',
  rounding: 'none; compared as an exact fraction, so 4.32 of 43,200 minutes is exactly 99.99 %',
  example: '60 of 8,640 intervals with 10 % errors: 99.930556 %, which is 1 − 6/8,640 exactly',
  source: 'AWS EC2, Google Compute Engine, Azure (minutes); AWS S3 (average of interval error rates)',
  inputs: {
    down: { types: ['number', 'duration'], optional: true, about: 'unavailable minutes' },
    rates: { types: ['rows'], optional: true, about: 'or rows of `intervals` and their error `rate`; an interval without requests has none' },
    total: { types: ['number', 'duration'], optional: true, about: 'minutes (or intervals) of the period; the month of the run when left out' },
  },
  params: {},
  output: () => 'ratio',
  evaluate(inputs, _params, run) {
    const [rates, down] = [inputs.get('rates'), minutes(inputs.get('down'))];
    if (rates?.type !== 'rows' && down === undefined) return value(null, { why: 'nothing_measured' });
    const total = minutes(inputs.get('total')) ?? multiplyRatio(ratio(daysOf(run.date)), DAY_MINUTES);
    if (total.num <= 0n) return review('division_by_zero');
    const lost = rates?.type === 'rows'
      ? rates.rows.map(({ intervals, rate }) => multiplyRatio(size(intervals ?? null), size(rate ?? null))).reduce(addRatio, ZERO)
      : (down ?? ZERO);
    return value({ type: 'ratio', ratio: subtractRatio(ONE, divideRatio(lost, total)) }, { lost: formatRatio(lost), total: formatRatio(total) });
  },
};

const minutes = (of: Value | null): Ratio | undefined =>
  (of?.type === 'duration' ? divideRatio(of.ms, ratio(60_000n)) : of === null ? undefined : size(of));

/** Days of the month of a date. */
const daysOf = (date: string): bigint => BigInt(new Date(Date.UTC(Number.parseInt(date.slice(0, 4), 10), Number.parseInt(date.slice(5, 7), 10), 0)).toISOString().slice(8, 10));
