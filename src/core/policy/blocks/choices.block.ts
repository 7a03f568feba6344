import { compareAmount, compareRatio, type Amount, type Ratio } from '../../money/index.js';
import { review, value, type Block, type CompileScope, type Scalar } from '../block.js';
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
    const last = index === items.length - 1;
    const upTo = item.has('upTo') ? scope.scalar(item.at('upTo'), kind) : undefined;
    if (upTo === undefined && !last && !item.has('upTo')) item.fault('policy.band_overlap', 'only the last band may be without "upTo": this one would cover all that follow');
    if (last && item.has('upTo')) item.fault('policy.band_gap', 'the last band ends: values above it are covered by none. Leave out its "upTo", or add a band that does');
    const literal = limitOf(upTo);
    if (before?.limit !== undefined && literal !== undefined && compareRatio(literal, before.limit) <= 0) {
      item.fault('policy.band_overlap', `this band ends at or below ${before.text}, where the one before it ends`);
    }
    if (item.has('upTo')) before = { text: item.at('upTo').text(), limit: literal };
    if (item.has('amount') === item.has('route')) item.fault('policy.shape', 'a band has either an amount or a route (a reason for review)');
    return {
      upTo,
      amount: item.has('amount') ? scope.scalar(item.at('amount'), 'money') : undefined,
      route: item.has('route') ? scope.reason(item.at('route')) : undefined,
      label: item.has('upTo') ? item.at('upTo').text() : 'above',
    };
  });
}

/** A literal edge can be compared while the policy is compiled; a dated one only in a run. */
function limitOf(edge: Scalar | undefined): Ratio | undefined {
  if (edge === undefined || edge.ref !== undefined) return undefined;
  const read = edge.read({} as never);
  return read?.kind === 'money' ? read.amount.minor : read?.kind === 'ratio' ? read.ratio : undefined;
}

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
    const inclusive = params.text('edges') === 'inclusive';
    for (const { upTo, amount, route, label } of params.custom('bands') as readonly Band[]) {
      const edge = upTo?.read(run);
      const limit = edge?.kind === 'money' ? edge.amount.minor : edge?.kind === 'ratio' ? edge.ratio : undefined;
      const order = limit === undefined || size === undefined ? -1 : compareRatio(size, limit);
      if (order > 0 || (order === 0 && !inclusive)) continue;
      if (route !== undefined) return review(route);
      const found = amount?.read(run);
      return value(found?.kind === 'money' ? { type: 'money', amount: found.amount } : null, { band: label });
    }
    return value(null);
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
