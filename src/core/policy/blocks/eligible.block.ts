import type { Block, CompileScope, Outcome, Reason } from '../block.js';
import { value } from '../block.js';
import type { TreeReader } from '../document/index.js';
import { holds, readTest, reasonOf, TEST_KEYS, type Test } from './tests.js';

function readTests(at: TreeReader, scope: CompileScope): readonly Test[] {
  if (at.items().length === 0) at.fault('policy.missing', 'a gate needs at least one test');
  return at.items().flatMap((item) => readTest(item.only(TEST_KEYS), scope) ?? []);
}

/** Reasons are told apart by what is known: a test that cannot be made is no refusal unless the policy says so. */
export const eligible: Block = {
  name: 'eligible',
  version: 1,
  group: 'gates',
  purpose: 'Tests with reason codes; all are made, and every failing one is a reason.',
  rounding: 'none',
  example: 'a turnover of 3,000,000,000 passes `at_most` 3,000,000,000 and fails `less_than`',
  source: 'every scheme; KT 2018 for limits by trade',
  gate: true,
  inputs: {},
  params: {
    all: { kind: 'custom', optional: true, about: 'tests that must all hold', read: readTests },
    any: { kind: 'custom', optional: true, about: 'tests of which one must hold; when none does, each is a reason', read: readTests },
  },
  output: () => 'boolean',
  evaluate(_inputs, params, run): Outcome {
    const denied: Reason[] = [];
    const unclear: Reason[] = [];
    const weigh = (test: Test): boolean => {
      const verdict = holds(test, run);
      if (verdict === false || (verdict === undefined && test.missing === 'deny')) denied.push(reasonOf(test));
      else if (verdict === undefined && test.missing === 'review') unclear.push({ code: 'fact_missing', params: { fact: test.left.text } });
      else return true;
      return false;
    };
    for (const test of (params.custom('all') as readonly Test[] | undefined) ?? []) weigh(test);
    const any = params.custom('any') as readonly Test[] | undefined;
    if (any !== undefined) {
      const before = [denied.length, unclear.length] as const;
      if (any.map(weigh).includes(true)) [denied.length, unclear.length] = before;
    }
    if (denied.length > 0) return { kind: 'denied', reasons: denied };
    return unclear.length > 0 ? { kind: 'review', reasons: unclear } : value({ type: 'boolean', is: true });
  },
};
