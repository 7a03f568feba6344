import type { Block, CompileScope } from '../block.js';
import { value } from '../block.js';
import type { TreeReader } from '../document/index.js';
import { CONDITION_KEYS, holds, readCondition, type Condition } from './tests.js';

function readConditions(at: TreeReader, scope: CompileScope): readonly Condition[] {
  if (at.items().length === 0) at.fault('policy.missing', 'a condition needs at least one comparison');
  return at.items().flatMap((item) => readCondition(item.only(CONDITION_KEYS), scope) ?? []);
}

/** For `when`: says which way the working goes on. What is not known does not hold. */
export const condition: Block = {
  name: 'condition',
  version: 1,
  group: 'gates',
  purpose: 'Whether comparisons hold, as a boolean for `when`. It refuses nobody and gives no reason; a comparison with what is not known does not hold.',
  rounding: 'none',
  example: '0 open hours hold `at_most` 0: nothing counts, so nothing can have been lost',
  source: 'the default policy: an outage no longer than the waiting period comes to nothing, whatever the records show',
  inputs: {},
  params: {
    all: { kind: 'custom', about: 'comparisons that must all hold', read: readConditions },
  },
  output: () => 'boolean',
  evaluate(_inputs, params, run) {
    return value({ type: 'boolean', is: (params.custom('all') as readonly Condition[]).every((one) => holds(one, run) === true) });
  },
};
