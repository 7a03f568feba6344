import { addRatio, compareRatio, multiplyRatio, ratio, subtractRatio, ZERO, type Ratio } from '../../money/index.js';
import { review, value, type Block, type CompileScope, type Scalar, type ScalarKind, type ScalarValue } from '../block.js';
import type { TreeReader } from '../document/index.js';
import { kindOfType, typeOfKind, valueOf } from '../scalar.js';
import { figureOf, type ValueType } from '../value.js';

const RESULTS = { amount: 'money', rate: 'ratio', number: 'number', class: 'text' } as const satisfies Record<string, ScalarKind>;
type ResultKey = keyof typeof RESULTS;
const RESULT_KEYS = Object.keys(RESULTS) as ResultKey[];

const SIZED: readonly ValueType[] = ['money', 'number', 'ratio', 'duration'];

const sizeOf = (scalar: ScalarValue | undefined): Ratio | undefined => {
  switch (scalar?.kind) {
    case 'money': return scalar.amount.minor;
    case 'ratio': case 'number': case 'duration': return scalar.ratio;
    case 'count': return ratio(BigInt(scalar.count));
    default: return undefined;
  }
};

/** An edge that is the same in every run can be compared while the policy is compiled. */
const fixedSize = (edge: Scalar | undefined): Ratio | undefined => (edge === undefined || edge.varies ? undefined : sizeOf(edge.read({ date: '' } as never)));

/**
 * Rising bands; each begins where the one before ends, and the last is open. A gap or an overlap cannot be written, a wrong
 * order is found.
 */
function readEdges<T>(at: TreeReader, scope: CompileScope, keys: readonly string[], read: (item: TreeReader, upTo: Scalar | undefined) => T): T[] {
  const kind = kindOfType(scope.inputType('value')) ?? 'number';
  const items = at.items();
  if (items.length === 0) at.fault('policy.band_gap', 'at least one band is needed');
  let before: { text: string; limit: Ratio | undefined } | undefined;
  return items.map((item, index) => {
    item.only(['upTo', ...keys]);
    const [ends, isLast] = [item.has('upTo'), index === items.length - 1];
    if (!ends && !isLast) item.fault('policy.band_overlap', 'only the last band may be without "upTo": this one would cover all that follow');
    if (ends && isLast) item.fault('policy.band_gap', 'the last band ends: values above it are covered by none. Leave out its "upTo", or add a band that does');
    const upTo = ends ? scope.scalar(item.at('upTo'), kind) : undefined;
    const limit = fixedSize(upTo);
    if (before?.limit !== undefined && limit !== undefined && compareRatio(limit, before.limit) <= 0) {
      item.fault('policy.band_overlap', `this band ends at or below ${before.text}, where the one before it ends`);
    }
    if (ends) before = { text: item.at('upTo').text(), limit };
    return read(item, upTo);
  });
}

interface Band {
  readonly upTo: Scalar | undefined;
  readonly gives: Scalar | undefined;
  readonly key: ResultKey | 'route';
  readonly route: string | undefined;
  readonly label: string;
}

function readBands(at: TreeReader, scope: CompileScope): readonly Band[] {
  const bands = readEdges(at, scope, [...RESULT_KEYS, 'route'], (item, upTo): Band => {
    const given = [...RESULT_KEYS, 'route' as const].filter((key) => item.has(key));
    const [key = 'route'] = given;
    if (given.length !== 1) item.fault('policy.shape', 'a band has exactly one of amount, rate, number, class, or a route (a reason for review)');
    return {
      upTo, key, label: item.has('upTo') ? item.at('upTo').text() : 'above',
      gives: key === 'route' ? undefined : scope.scalar(item.at(key), RESULTS[key]),
      route: key === 'route' && item.has('route') ? scope.reason(item.at('route')) : undefined,
    };
  });
  const kinds = new Set(bands.flatMap(({ key }) => (key === 'route' ? [] : [key])));
  if (kinds.size > 1) at.fault('policy.wrong_type', `bands give ${[...kinds].join(' and ')}: one kind only, or a route`);
  return bands;
}

export const band: Block = {
  name: 'band',
  version: 1,
  group: 'amount',
  purpose: 'Finds the band a value lies in: its amount, rate, number or class, or a route to review.',
  rounding: 'none; edges are compared as exact fractions',
  example: '300,000 is in the band up to and including 300,000; 99.99 % is not below 99.99 %',
  source: 'Kakao 2022, KT 2018 (inclusive); AWS, Google, Azure (strict)',
  inputs: { value: { types: SIZED, about: 'what is looked up' } },
  params: {
    edges: { kind: 'choice', options: ['inclusive', 'strict'], about: 'inclusive: "up to and including"; strict: "less than"' },
    bands: { kind: 'custom', about: 'rising bands; the last one is open', read: readBands },
  },
  output: ({ custom }) => {
    const key = (custom('bands') as readonly Band[] | undefined)?.find((one) => one.key !== 'route')?.key;
    return key === undefined || key === 'route' ? 'money' : typeOfKind(RESULTS[key]);
  },
  evaluate(inputs, params, run) {
    const size = figureOf(inputs.get('value'));
    if (size === undefined) return value(null);
    const inclusive = params.text('edges') === 'inclusive';
    const found = (params.custom('bands') as readonly Band[]).find(({ upTo }) => {
      if (upTo === undefined) return true;
      const limit = sizeOf(upTo.read(run));
      const order = limit === undefined ? 1 : compareRatio(size, limit);
      return order < 0 || (order === 0 && inclusive);
    });
    if (found?.route !== undefined) return review(found.route);
    const given = valueOf(found?.gives?.read(run));
    return given === null ? review('parameter_not_stated', { parameter: found?.label ?? '', date: run.date }) : value(given, { band: found?.label ?? 'none' });
  },
};

interface Slice {
  readonly upTo: Scalar | undefined;
  readonly rate: Scalar | undefined;
  readonly each: Scalar | undefined;
}

const readSlices = (at: TreeReader, scope: CompileScope): readonly Slice[] => readEdges(at, scope, ['rate', 'each'], (item, upTo) => {
  const isMoney = scope.inputType('value') === 'money';
  if (item.has('rate') === item.has('each')) item.fault('policy.shape', 'a slice has a rate (of money) or an amount for each unit (of a number)');
  if (item.has(isMoney ? 'each' : 'rate')) item.fault('policy.wrong_type', isMoney ? 'a slice of money has a rate' : 'a slice of a number has an amount for each unit');
  return {
    upTo,
    rate: item.has('rate') ? scope.scalar(item.at('rate'), 'ratio') : undefined,
    each: item.has('each') ? scope.scalar(item.at('each'), 'money') : undefined,
  };
});

export const slices: Block = {
  name: 'slices',
  version: 1,
  group: 'amount',
  purpose: 'Marginal slices: each part of a value at its own rate, or so much for each of the first units and so much for the rest.',
  rounding: 'none',
  example: '40,000 at 10 % of the first 1,000, 17.5 % to 10,000, 30 % above: 10,675',
  source: 'Big Fish settlement (marginal rates); Australian CSG (first five days, then more)',
  inputs: { value: { types: ['money', 'number'], about: 'what is sliced' } },
  params: { slices: { kind: 'custom', about: 'rising slices; the last one is open', read: readSlices } },
  output: () => 'money',
  evaluate(inputs, params, run) {
    const whole = figureOf(inputs.get('value')) ?? ZERO;
    let below = ZERO;
    let total = ZERO;
    for (const { upTo, rate, each } of params.custom('slices') as readonly Slice[]) {
      const limit = sizeOf(upTo?.read(run));
      const top = limit === undefined || compareRatio(whole, limit) < 0 ? whole : limit;
      const part = subtractRatio(top, below);
      if (part.num > 0n) total = addRatio(total, multiplyRatio(part, sizeOf((rate ?? each)?.read(run)) ?? ZERO));
      if (part.num > 0n) below = top;
    }
    return value({ type: 'money', amount: { minor: total, currency: run.currency } });
  },
};
