import { compareAmount } from '../../money/index.js';
import { value, type Block } from '../block.js';

/** Never denies: a loss that the records do not show is not refused, it goes another way. */
export const significance: Block = {
  name: 'significance',
  version: 1,
  group: 'gates',
  rounding: 'none',
  example: 'below five of six comparables is not shown; below six of six is',
  source: 'the default policy: a loss shown by the records may go straight through',
  purpose: 'Whether actual sales lie below every comparable: then the loss is shown by the records.',
  inputs: {
    expected: { types: ['money'], optional: true, about: 'a baseline with its comparables' },
    actual: { types: ['money'], optional: true, about: 'actual sales of the same window' },
  },
  params: { minimum: { kind: 'count', byDefault: '6', about: 'comparables needed to say so' } },
  output: () => 'boolean',
  evaluate(inputs, params) {
    const [expected, actual] = [inputs.get('expected'), inputs.get('actual')];
    if (expected?.type !== 'money' || actual?.type !== 'money') return value({ type: 'boolean', is: false }, { why: 'nothing_to_compare' });
    const samples = expected.samples ?? [];
    const below = samples.filter((sample) => compareAmount(actual.amount, sample.amount) < 0).length;
    return value({ type: 'boolean', is: samples.length >= params.count('minimum') && below === samples.length }, { below, of: samples.length });
  },
};
