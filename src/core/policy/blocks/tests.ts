import { compareRatio, type Ratio } from '../../money/index.js';
import { startOf, type Instant } from '../../time/index.js';
import type { CompileScope, Reason, Reference, RunScope, Scalar, ScalarValue } from '../block.js';
import type { TreeReader } from '../document/index.js';
import { kindOfType } from '../scalar.js';
import { figureOf, type Maybe, type Value } from '../value.js';

const OPERATORS = [
  'is_true', 'is_false', 'present', 'absent', 'positive', 'at_most', 'less_than', 'at_least', 'more_than', 'equals', 'differs', 'one_of', 'none_of',
] as const;
type Operator = (typeof OPERATORS)[number];
const UNARY: readonly Operator[] = ['is_true', 'is_false', 'present', 'absent', 'positive'];
const LISTED: readonly Operator[] = ['one_of', 'none_of'];

/** One comparison. */
export interface Condition {
  readonly left: Reference;
  readonly op: Operator;
  readonly right: Scalar | undefined;
  readonly rightInstant: Reference | undefined;
  /** A table of limits is read by this key, such as the trade. */
  readonly key: Reference | undefined;
  readonly oneOf: readonly string[];
}

/** A comparison with the code of the reason it may lead to. */
export interface Test extends Condition {
  readonly code: string;
  readonly missing: 'deny' | 'review' | 'pass';
  readonly waivable: boolean;
}

export const CONDITION_KEYS = ['left', 'op', 'right', 'key', 'oneOf'] as const;
export const TEST_KEYS = [...CONDITION_KEYS, 'code', 'missing', 'waivable'] as const;

/** Reads one comparison; undefined after a fault was noted. */
export function readCondition(item: TreeReader, scope: CompileScope): Condition | undefined {
  const op = item.at('op').oneOf(OPERATORS);
  const left = scope.reference(item.at('left'), op === 'is_true' || op === 'is_false' ? ['boolean'] : []);
  if (left === undefined) return undefined;
  return {
    left, op, ...rightOf(item, left, op, scope),
    key: item.has('key') ? scope.reference(item.at('key'), ['text']) : undefined,
    oneOf: LISTED.includes(op) ? item.at('oneOf').texts() : [],
  };
}

/** Reads one test; undefined after a fault was noted. */
export function readTest(item: TreeReader, scope: CompileScope): Test | undefined {
  const condition = readCondition(item, scope);
  return condition && {
    ...condition,
    code: scope.reason(item.at('code')),
    missing: item.has('missing') ? item.at('missing').oneOf(['review', 'deny', 'pass']) : 'review',
    waivable: item.has('waivable') && item.at('waivable').oneOf(['true', 'false']) === 'true',
  };
}

function rightOf(item: TreeReader, left: Reference, op: Operator, scope: CompileScope): Pick<Condition, 'right' | 'rightInstant'> {
  if (UNARY.includes(op) || LISTED.includes(op)) return { right: undefined, rightInstant: undefined };
  if (left.type === 'instant') return { right: undefined, rightInstant: scope.reference(item.at('right'), ['instant', 'date']) };
  const kind = kindOfType(left.type);
  if (kind === undefined) item.fault('policy.wrong_type', `a ${left.type} cannot be compared with "${op}"`);
  return { right: kind === undefined ? undefined : scope.scalar(item.at('right'), kind), rightInstant: undefined };
}

const sizeOf = (right: ScalarValue | undefined): Ratio | undefined => {
  switch (right?.kind) {
    case 'money': return right.amount.minor;
    case 'ratio': case 'number': case 'duration': return right.ratio;
    default: return undefined;
  }
};

/** A date, text or boolean as text that sorts as it compares. */
function textOf(left: Value): string | undefined {
  switch (left.type) {
    case 'date': return left.on;
    case 'text': return left.text;
    case 'boolean': return String(left.is);
    default: return undefined;
  }
}

const orderOf = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function instantOrder(at: Instant, other: Maybe | undefined, zone: string): number | undefined {
  if (other?.type === 'date') return at - startOf(other.on, zone);
  return other?.type === 'instant' ? at - other.at : undefined;
}

function rightValue({ key, right }: Condition, run: RunScope): ScalarValue | undefined {
  const found = key?.read(run);
  return right?.read(run, { key: found?.type === 'text' ? found.text : undefined });
}

/** Negative, zero or positive as left is less than, equal to or more than right; undefined when they cannot be compared. */
function order(test: Condition, left: Value, run: RunScope): number | undefined {
  if (left.type === 'instant') return instantOrder(left.at, test.rightInstant?.read(run), run.facts.site.zone);
  const right = rightValue(test, run);
  const text = textOf(left);
  if (text !== undefined) return right?.kind === 'date' || right?.kind === 'text' ? orderOf(text, right.text) : undefined;
  const [a, b] = [figureOf(left), sizeOf(right)];
  return a === undefined || b === undefined ? undefined : compareRatio(a, b);
}

function compared(test: Condition, left: Value, run: RunScope): boolean | undefined {
  const found = order(test, left, run);
  if (found === undefined) return undefined;
  switch (test.op) {
    case 'at_most': return found <= 0;
    case 'less_than': return found < 0;
    case 'at_least': return found >= 0;
    case 'more_than': return found > 0;
    case 'equals': return found === 0;
    case 'differs': return found !== 0;
    default: return undefined;
  }
}

/** Whether a test holds; undefined when what it looks at is not known. */
export function holds(test: Condition, run: RunScope): boolean | undefined {
  const left: Maybe = test.left.read(run);
  if (test.op === 'present') return left !== null || undefined;
  if (test.op === 'absent') return left === null;
  if (left === null) return undefined;
  const figure = figureOf(left);
  switch (test.op) {
    case 'is_true': return left.type === 'boolean' && left.is;
    case 'is_false': return left.type === 'boolean' && !left.is;
    case 'positive': return left.type === 'time' ? left.time.pieces.length > 0 : figure !== undefined && figure.num > 0n;
    case 'one_of': return left.type === 'text' ? test.oneOf.includes(left.text) : undefined;
    case 'none_of': return left.type === 'text' ? !test.oneOf.includes(left.text) : undefined;
    default: return compared(test, left, run);
  }
}

export const reasonOf = ({ code, left, waivable }: Test): Reason =>
  (waivable ? { code, params: { fact: left.text }, waivable } : { code, params: { fact: left.text } });
