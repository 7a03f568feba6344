import { addRatio, amountOf, multiplyRatio, ONE, roundAmount, roundRatio, ROUNDINGS, type Amount, type Ratio, type Rounding } from '../../money/index.js';
import { money, value, type Block, type CompileScope, type OutputScope } from '../block.js';
import type { TreeReader } from '../document/index.js';
import { typeOfKind } from '../scalar.js';
import type { Maybe, ValueType } from '../value.js';

const tableType = (scope: OutputScope): ValueType => typeOfKind(scope.scalar('table') ?? 'text');

export const lookup: Block = {
  name: 'lookup',
  version: 1,
  group: 'amount',
  purpose: 'Reads a published table by a key, or by two keys joined by a stroke; `otherwise` stands for the rest.',
  rounding: 'none',
  example: 'business/severe finds its own row; a key without one finds `otherwise`, or sends the claim to a person',
  source: 'UK power standards (class and weather); EU 261 (distance class); UK rateable-value grants',
  inputs: { key: { types: ['text', 'date', 'boolean'], about: 'which row' }, second: { types: ['text', 'boolean'], optional: true, about: 'second part of the key' } },
  params: { table: { kind: 'any', keyed: ['key', 'second'], about: 'a `$params` table with unit and source' } },
  output: tableType,
  evaluate: (_inputs, params) => value(params.value('table')),
};

export const lookupDated: Block = {
  name: 'lookup_dated',
  version: 1,
  group: 'amount',
  purpose: 'Reads a parameter with dated rows as of a date of its own, instead of the date of the run.',
  rounding: 'none',
  example: 'rates change on 1 April: 31 March finds the old one, 1 April the new one',
  source: 'Ofcom automatic compensation ("new rates apply to new issues from 1 April"); Korean telecom terms',
  inputs: { on: { types: ['date'], about: 'as of when' }, key: { types: ['text'], optional: true, about: 'which entry, where the rows are tables' } },
  params: { table: { kind: 'any', keyed: ['key'], dated: 'on', about: 'a `$params` with dated rows, unit and source' } },
  output: tableType,
  evaluate: (_inputs, params) => value(params.value('table')),
};

interface Uplift {
  readonly from: string;
  readonly rate: Ratio;
}

const readUplifts = (at: TreeReader, scope: CompileScope): readonly Uplift[] => scope.rows(at, 'ratio')
  .flatMap(({ from, scalar }) => (scalar.kind === 'ratio' ? [{ from, rate: scalar.ratio }] : []));

const minorUnits = (unit: Amount): bigint => roundRatio(unit.minor, 'floor');

export const index: Block = {
  name: 'index',
  version: 1,
  group: 'amount',
  purpose: 'Uplifts a published sum by yearly rates, rounding each step: the next year builds on the rounded sum.',
  rounding: 'each step, by the unit and mode stated',
  example: '8.06 + 4.2 % is 8.40; without rounding the year before it would be 8.39',
  source: 'Ofcom automatic compensation (CPI, rounded half up to a penny each year)',
  inputs: { base: { types: ['money'], about: 'the sum before the first rate' }, on: { types: ['date'], optional: true, about: 'rates up to this date; the date of the run when left out' } },
  params: {
    rates: { kind: 'custom', about: 'a `$params` with dated rates', read: readUplifts },
    unit: { kind: 'money', about: 'such as 0.01' },
    mode: { kind: 'choice', options: ROUNDINGS, about: 'half_up is half away from zero' },
  },
  output: () => 'money',
  evaluate(inputs, params, run) {
    const asked: Maybe = inputs.get('on');
    const until = asked?.type === 'date' ? asked.on : run.date;
    const due = (params.custom('rates') as readonly Uplift[]).filter(({ from }) => from <= until);
    const [unit, mode] = [minorUnits(params.money('unit')), params.text('mode') as Rounding];
    const end = due.reduce((sum: Amount, { rate }) =>
      amountOf(roundAmount({ ...sum, minor: multiplyRatio(sum.minor, addRatio(ONE, rate)) }, mode, unit)), inputs.money('base'));
    return money(end, { steps: due.length });
  },
};

