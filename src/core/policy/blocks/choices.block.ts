import { compareAmount, compareRatio, type Amount, type Ratio } from '../../money/index.js';
import { review, value, type Block, type CompileScope, type Scalar, type ScalarValue } from '../block.js';
import type { TreeReader } from '../document/index.js';
import type { Maybe } from '../value.js';

interface Band {
  readonly upTo: Scalar | undefined;
  readonly amount: Scalar | undefined;
  readonly route: string | undefined;
  readonly label: string;
}

/** Bands in rising order; each begins where the one before ends. A gap or an overlap cannot be written, a wrong order is found. */
function readBands(at: TreeReader, scope: CompileScope): readonly Band[] {
  const kind = scope.inputType('value') === 'money' ? 'money' : 'ratio';
  const items = at.items();
  if (items.length === 0) at.fault('policy.band_gap', 'a band step needs at least one band');
  let before: { text: string; limit: Ratio | undefined } | undefined;
  return items.map((item, index) => {
    item.only(['upTo', 'amount', 'route']);
    checkEnds(item, index === items.length - 1);
    const upTo = item.has('upTo') ? scope.scalar(item.at('upTo'), kind) : undefined;
    const limit = limitOf(upTo);
    if (before?.limit !== undefined && limit !== undefined && compareRatio(limit, before.limit) <= 0) {
      item.fault('policy.band_overlap', `this band ends at or below ${before.text}, where the one before it ends`);
    }
    if (item.has('upTo')) before = { text: item.at('upTo').text(), limit };
    return {
      upTo,
      amount: item.has('amount') ? scope.scalar(item.at('amount'), 'money') : undefined,
      route: item.has('route') ? scope.reason(item.at('route')) : undefined,
      label: item.has('upTo') ? item.at('upTo').text() : 'above',
    };
  });
}

/** All bands but the last end somewhere, the last does not, and each says one thing. */
function checkEnds(item: TreeReader, isLast: boolean): void {
  const ends = item.has('upTo');
  if (!ends && !isLast) item.fault('policy.band_overlap', 'only the last band may be without "upTo": this one would cover all that follow');
  if (ends && isLast) item.fault('policy.band_gap', 'the last band ends: values above it are covered by none. Leave out its "upTo", or add a band that does');
  if (item.has('amount') === item.has('route')) item.fault('policy.shape', 'a band has either an amount or a route (a reason for review)');
}

/** A literal edge can be compared while the policy is compiled; a dated one only in a run. */
function limitOf(edge: Scalar | undefined): Ratio | undefined {
  if (edge === undefined || edge.ref !== undefined) return undefined;
  return scalarFigure(edge.read({} as never));
}

const scalarFigure = (scalar: ScalarValue | undefined): Ratio | undefined =>
  (scalar?.kind === 'money' ? scalar.amount.minor : scalar?.kind === 'ratio' ? scalar.ratio : undefined);

const figure = (of: NonNullable<Maybe>): Ratio | undefined =>
  of.type === 'money' ? of.amount.minor : of.type === 'number' || of.type === 'ratio' ? of.ratio : of.type === 'duration' ? of.ms : undefined;

export const band: Block = {
  name: 'band',
  version: 1,
  purpose: 'Finds the band a value lies in: its amount, or a route to review.',
  inputs: { value: { types: ['money', 'number', 'ratio'], about: 'what is looked up' } },
  params: {
    edges: { kind: 'choice', options: ['inclusive', 'strict'], about: 'inclusive: "up to and including"; strict: "less than"' },
    bands: { kind: 'custom', about: 'rising bands; the last one is open', read: readBands },
  },
  output: () => 'money',
  evaluate(inputs, params, run) {
    const looked = inputs.get('value');
    const size = looked === null ? undefined : figure(looked);
    if (size === undefined) return value(null);
    const inclusive = params.text('edges') === 'inclusive';
    const found = (params.custom('bands') as readonly Band[]).find(({ upTo }) => {
      const limit = scalarFigure(upTo?.read(run));
      const order = limit === undefined ? -1 : compareRatio(size, limit);
      return order < 0 || (order === 0 && inclusive);
    });
    if (found?.route !== undefined) return review(found.route);
    const sum = found?.amount?.read(run);
    return value(sum?.kind === 'money' ? { type: 'money', amount: sum.amount } : null, { band: found?.label ?? 'none' });
  },
};

const moneyOf = (of: Maybe): Amount | undefined => (of?.type === 'money' ? of.amount : undefined);

export const combine: Block = {
  name: 'combine',
  version: 1,
  purpose: 'Joins legs: the first that yields something, or the smallest or largest of those that do.',
  inputs: {
    first: { types: ['money'], optional: true, about: 'first leg' },
    second: { types: ['money'], optional: true, about: 'second leg' },
    third: { types: ['money'], optional: true, about: 'third leg' },
  },
  params: {
    method: { kind: 'choice', options: ['first_non_null', 'min', 'max'], about: 'how the legs are joined' },
    otherwise: { kind: 'custom', optional: true, about: 'the reason for review when every leg is null', read: (at, scope) => scope.reason(at) },
  },
  output: () => 'money',
  evaluate(inputs, params) {
    const legs = ['first', 'second', 'third'].flatMap((leg) => {
      const amount = moneyOf(inputs.get(leg));
      return amount === undefined ? [] : [{ leg, amount }];
    });
    const [head, ...rest] = legs;
    if (head === undefined) {
      const reason = params.custom('otherwise');
      return typeof reason === 'string' ? review(reason) : value(null);
    }
    const method = params.text('method');
    const sign = method === 'min' ? -1 : 1;
    const chosen = method === 'first_non_null' ? head
      : rest.reduce((best, next) => (compareAmount(next.amount, best.amount) * sign > 0 ? next : best), head);
    return value({ type: 'money', amount: chosen.amount }, { leg: chosen.leg });
  },
};
