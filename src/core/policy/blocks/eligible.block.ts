import { compareRatio } from '../../money/index.js';
import type { Block, CompileScope, Outcome, Reason, Reference, RunScope, Scalar, ScalarValue } from '../block.js';
import { value } from '../block.js';
import type { TreeReader } from '../document/index.js';
import type { Maybe, ValueType } from '../value.js';

const OPERATORS = ['is_true', 'is_false', 'present', 'positive', 'at_most', 'less_than', 'at_least', 'more_than', 'equals', 'one_of'] as const;
type Operator = (typeof OPERATORS)[number];
const UNARY: readonly Operator[] = ['is_true', 'is_false', 'present', 'positive'];

interface Test {
  readonly code: string;
  readonly left: Reference;
  readonly op: Operator;
  readonly right: Scalar | undefined;
  /** A table of limits is read by this key, such as the trade. */
  readonly key: Reference | undefined;
  readonly oneOf: readonly string[];
  readonly missing: 'deny' | 'review' | 'pass';
}

const KINDS: Partial<Record<ValueType, 'money' | 'ratio' | 'duration' | 'text'>> = {
  money: 'money', ratio: 'ratio', number: 'ratio', duration: 'duration', text: 'text',
};

function readTests(at: TreeReader, scope: CompileScope): readonly Test[] {
  return at.items().flatMap((item) => {
    item.only(['code', 'left', 'op', 'right', 'key', 'oneOf', 'missing']);
    const op = item.at('op').oneOf(OPERATORS);
    const left = scope.reference(item.at('left'), op === 'is_true' || op === 'is_false' ? ['boolean'] : []);
    if (left === undefined) return [];
    const kind = KINDS[left.type];
    const needsRight = !UNARY.includes(op) && op !== 'one_of';
    if (needsRight && kind === undefined) item.fault('policy.wrong_type', `a ${left.type} cannot be compared with "${op}"`);
    const right = needsRight && kind !== undefined ? scope.scalar(item.at('right'), kind) : undefined;
    return [{
      code: scope.reason(item.at('code')), left, op, right,
      key: item.has('key') ? scope.reference(item.at('key'), ['text']) : undefined,
      oneOf: op === 'one_of' ? item.at('oneOf').texts() : [],
      missing: item.has('missing') ? item.at('missing').oneOf(['review', 'deny', 'pass']) : 'review',
    }];
  });
}

const figureOf = (left: NonNullable<Maybe>) =>
  left.type === 'money' ? left.amount.minor : left.type === 'duration' ? left.ms : left.type === 'ratio' || left.type === 'number' ? left.ratio : undefined;
const limitOf = (right: ScalarValue | undefined) =>
  right?.kind === 'money' ? right.amount.minor : right?.kind === 'ratio' || right?.kind === 'duration' ? right.ratio : undefined;

function compared(op: Operator, left: NonNullable<Maybe>, right: ScalarValue | undefined): boolean | undefined {
  if (op === 'equals' && left.type === 'text') return right?.kind === 'text' ? left.text === right.text : undefined;
  const [a, b] = [figureOf(left), limitOf(right)];
  if (a === undefined || b === undefined) return undefined;
  const order = compareRatio(a, b);
  return { at_most: order <= 0, less_than: order < 0, at_least: order >= 0, more_than: order > 0, equals: order === 0 }[op as 'equals'];
}

function holds(test: Test, left: NonNullable<Maybe>, run: RunScope): boolean | undefined {
  const figure = figureOf(left);
  switch (test.op) {
    case 'present': return true;
    case 'is_true': return left.type === 'boolean' && left.is;
    case 'is_false': return left.type === 'boolean' && !left.is;
    case 'positive': return left.type === 'time' ? left.time.pieces.length > 0 : figure !== undefined && figure.num > 0n;
    case 'one_of': return left.type === 'text' ? test.oneOf.includes(left.text) : undefined;
    default: {
      const key = test.key?.read(run);
      return compared(test.op, left, test.right?.read(run, key?.type === 'text' ? key.text : undefined));
    }
  }
}

/** Reasons are told apart by what is known: a test that cannot be made is no refusal unless the policy says so. */
export const eligible: Block = {
  name: 'eligible',
  version: 1,
  purpose: 'Tests with reason codes; all are made, and every failing one is a reason.',
  gate: true,
  inputs: {},
  params: { all: { kind: 'custom', about: 'the tests', read: readTests } },
  output: () => 'boolean',
  evaluate(_inputs, params, run): Outcome {
    const denied: Reason[] = [];
    const unclear: Reason[] = [];
    for (const test of params.custom('all') as readonly Test[]) {
      const left = test.left.read(run);
      const verdict = left === null ? undefined : holds(test, left, run);
      const reason = { code: test.code, params: { fact: test.left.text } };
      if (verdict === false || (verdict === undefined && test.missing === 'deny')) denied.push(reason);
      else if (verdict === undefined && test.missing === 'review') unclear.push({ code: 'fact_missing', params: { fact: test.left.text } });
    }
    if (denied.length > 0) return { kind: 'denied', reasons: denied };
    return unclear.length > 0 ? { kind: 'review', reasons: unclear } : value({ type: 'boolean', is: true });
  },
};
