import { addRatio, compareRatio, ZERO, type Ratio } from '../../money/index.js';
import { pending, review, value, type Block, type CompileScope, type NestedRun, type NestedSteps, type Outcome } from '../block.js';
import type { TreeReader } from '../document/index.js';
import { figureOf, resized, valueJson, type Maybe, type Row, type Value } from '../value.js';

/** More candidates than this are not searched: the claim goes to a person instead. */
const MOST_CANDIDATES = 2_000;

interface Nested {
  readonly steps: NestedSteps;
  readonly result: string;
}

function readSteps(at: TreeReader, scope: CompileScope): Nested {
  at.only(['as', 'do', 'result']);
  const as = at.at('as').text();
  const steps = scope.nested(at.at('do'), as, scope.fieldsOf('items'));
  const result = at.at('result').text().replace(/^\$/, '');
  const type = steps.typeOf(result);
  if (result !== '' && type === undefined) at.at('result').fault('policy.dangling_ref', `no step of this row is called "${result}"`);
  steps.checkUsed(result);
  return { steps, result };
}

interface Runs {
  readonly least: number;
  readonly most: number;
}

function readRuns(at: TreeReader, scope: CompileScope): Runs {
  at.only(['least', 'most']);
  const count = (name: string): number => {
    const read = scope.scalar(at.at(name), 'count')?.read({ date: '' } as never);
    return read?.kind === 'count' ? read.count : 1;
  };
  return { least: count('least'), most: count('most') };
}

/** Every run of consecutive rows of an allowed length, sums added, the rest as in its first row. */
function consecutive(rows: readonly Row[], { least, most }: Runs): Row[] {
  const found: Row[] = [];
  for (let length = least; length <= Math.min(most, rows.length); length += 1) {
    for (let at = 0; at + length <= rows.length && found.length <= MOST_CANDIDATES; at += 1) found.push(together(rows.slice(at, at + length)));
  }
  return found;
}

function together(rows: readonly Row[]): Row {
  const [first = {}] = rows;
  return Object.fromEntries(Object.entries(first).map(([name, value]) => {
    const sizes = rows.map((row) => figureOf(row[name] ?? null));
    const sized = value !== null && sizes.every((size) => size !== undefined);
    return [name, sized ? resized(value, sizes.reduce<Ratio>((sum, size) => addRatio(sum, size ?? ZERO), ZERO)) : value];
  }));
}

function aggregated(values: readonly Value[], how: string): Value | null {
  const [first, ...rest] = values;
  if (first === undefined) return null;
  const size = (of: Value): Ratio => figureOf(of) ?? ZERO;
  if (how === 'sum') return resized(first, values.map(size).reduce(addRatio, ZERO));
  const sign = how === 'min' ? -1 : 1;
  return rest.reduce((best, next) => (compareRatio(size(next), size(best)) * sign > 0 ? next : best), first);
}

/** The steps of a row may refer to all that stands above; what they yield is seen through `result` alone. */
export const each: Block = {
  name: 'each',
  version: 1,
  group: 'amount',
  purpose: 'Runs steps for each row (month, site, line, incident), or for each run of consecutive rows, and joins the results.',
  rounding: 'as the nested steps say',
  example: 'months of 100, 0 and 50: the sum is 150, the best two consecutive months are 100',
  source: 'Korean loss compensation (months); Deepwater Horizon (best three or more consecutive months); AT&T (lines)',
  inputs: { items: { types: ['rows'], about: 'the rows' } },
  params: {
    steps: { kind: 'custom', about: '`as`: name of the row; `do`: its steps; `result`: the step that counts', read: readSteps },
    join: { kind: 'choice', options: ['sum', 'max', 'min'], about: 'sum of all, or the best or least of the candidates' },
    consecutive: { kind: 'custom', optional: true, about: '`least` and `most`: candidates are all runs of so many consecutive rows, their figures added', read: readRuns },
  },
  output: ({ custom }) => {
    const nested = custom('steps') as Nested | undefined;
    return nested?.steps.typeOf(nested.result) ?? 'money';
  },
  evaluate(inputs, params, run): Outcome {
    const { steps, result } = params.custom('steps') as Nested;
    const runs = params.custom('consecutive') as Runs | undefined;
    const given = inputs.rows('items');
    const rows = runs === undefined ? given : consecutive(given, runs);
    if (rows.length > MOST_CANDIDATES) return review('too_many_candidates', { count: String(rows.length) });
    const ran: { row: Row; nested: NestedRun; value: Maybe }[] = rows.map((row) => {
      const nested = run.each(steps, row);
      return { row, nested, value: nested.value(result) };
    });
    if (ran.some(({ nested }) => nested.pending)) return pending;
    const reasons = ran.flatMap(({ nested }) => nested.reasons);
    if (reasons.length > 0) return { kind: 'review', reasons };
    const working = { candidates: ran.map(({ row, nested, value: found }) => ({ row: valueJson({ type: 'rows', rows: [row] }), trace: nested.trace, result: valueJson(found) })) };
    const values = ran.flatMap((one) => (one.value === null ? [] : [one.value]));
    return value(aggregated(values, params.text('join')), working);
  },
};
