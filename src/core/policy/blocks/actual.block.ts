import { contains, intersect, openIntervals } from '../../time/index.js';
import { pending, value, type Block } from '../block.js';
import { setOf } from '../value.js';

/** Inside coverage and open hours no record means nothing was sold; outside coverage nothing is known, and the step is null. */
export const actual: Block = {
  name: 'actual',
  version: 1,
  group: 'loss',
  rounding: 'none',
  example: 'inside coverage no record is nought; one minute outside coverage and the figure is not known',
  source: 'coverage of sales records (docs/domain)',
  purpose: 'What was sold in the loss window, all channels of the site, each piece by its weight.',
  inputs: { over: { types: ['time'], about: 'the loss window' } },
  params: {},
  output: () => 'money',
  evaluate(inputs, _params, { facts, demand, currency }) {
    const { pieces } = inputs.time('over');
    const windows = setOf(pieces);
    if (facts.sales === undefined || pieces.length === 0) return value(null, { why: facts.sales === undefined ? 'no_sales' : 'no_time' });
    const span = { from: (windows[0] ?? facts.claim.window).from, to: (windows.at(-1) ?? facts.claim.window).to };
    const speaks = contains(facts.sales.coverage, intersect(windows, openIntervals(facts.site.openingHours, span)));
    if (!speaks) return value(null, { why: 'not_covered' });
    const net = demand.netOfAll(pieces.map(({ from, to, value: weight }) => ({ window: { from, to }, weight })));
    const refunds = windows.map((window) => demand.looseRefunds(window));
    if (net === undefined || refunds.includes(undefined)) return pending;
    return value({ type: 'money', amount: { minor: net, currency } });
  },
};
