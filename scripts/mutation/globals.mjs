// What `@jest/globals` is during a mutation run: the same words, run in this process. Jest itself starts anew for every mutant, which
// takes seconds; four thousand mutants need milliseconds. A word that is missing here fails the first run, before any mutant.
import { expect } from 'expect';

/** Tests of the files that were loaded last, in their order. */
export const registry = { tests: [], path: [], file: '', before: [], after: [] };

const named = (name) => [...registry.path, name].join(' › ');

function describe(name, body) {
  registry.path.push(name);
  body();
  registry.path.pop();
}

function it(name, body) {
  registry.tests.push({ id: named(name), fileName: registry.file, body });
}

/** Rows that are lists are spread, as jest does; the number of the row keeps names apart. */
const each = (define) => (rows) => (name, body) =>
  rows.forEach((row, index) => define(`${name} [${index}]`, () => (Array.isArray(row) ? body(...row) : body(row))));

describe.each = each(describe);
it.each = each(it);
describe.skip = () => undefined;
it.skip = () => undefined;
const beforeAll = (body) => registry.before.push(body);
const afterAll = (body) => registry.after.push(body);
const jest = { setTimeout: () => undefined };

export { describe, it, it as test, expect, beforeAll, afterAll, jest };
