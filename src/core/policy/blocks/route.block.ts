import { value, type Block, type CompileScope, type Outcome, type Reason, type Route } from '../block.js';
import type { TreeReader } from '../document/index.js';
import { holds, readTest, reasonOf, TEST_KEYS, type Test } from './tests.js';

const TARGETS = ['review', 'second_approver', 'evidence'] as const;

interface Turn {
  readonly test: Test;
  readonly to: (typeof TARGETS)[number];
  readonly evidence: string | undefined;
}

const readTurns = (at: TreeReader, scope: CompileScope): readonly Turn[] => at.items().flatMap((item) => {
  item.only([...TEST_KEYS, 'to', 'evidence']);
  const to = item.has('to') ? item.at('to').oneOf(TARGETS) : 'review';
  if ((to === 'evidence') !== item.has('evidence')) item.fault('policy.shape', '"evidence" names a kind of evidence, and stands exactly where "to" is evidence');
  const test = readTest(item, scope);
  return test === undefined ? [] : [{ test, to, evidence: item.at('evidence').optionalText() }];
});

/** Never refuses. A test that cannot be made sends the claim to a person, unless the policy lets it pass. */
export const route: Block = {
  name: 'route',
  version: 1,
  group: 'gates',
  purpose: 'Tests that, when they hold, send the claim to a person, to a second approver, or ask for a kind of evidence.',
  rounding: 'none',
  example: 'a loss `more_than` 500,000 goes to review; one of exactly 500,000 does not',
  source: 'Kakao 2022, AT&T Guarantee (small firms), KDDI (corporates)',
  gate: true,
  inputs: {},
  params: { when: { kind: 'custom', about: 'the tests, each with where it leads', read: readTurns } },
  output: () => 'boolean',
  evaluate(_inputs, params, run): Outcome {
    const reviews: Reason[] = [];
    const routes: Route[] = [];
    for (const { test, to, evidence } of params.custom('when') as readonly Turn[]) {
      const verdict = holds(test, run);
      if (verdict === undefined && test.missing !== 'pass') reviews.push({ code: 'fact_missing', params: { fact: test.left.text } });
      else if (verdict === true && to === 'review') reviews.push(reasonOf(test));
      else if (verdict === true && to !== 'review') routes.push({ to, code: test.code, ...(evidence === undefined ? {} : { evidence }) });
    }
    if (reviews.length > 0) return { kind: 'review', reasons: reviews };
    return { ...(value({ type: 'boolean', is: true }) as Extract<Outcome, { kind: 'value' }>), routes };
  },
};
