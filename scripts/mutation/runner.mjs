// A test runner for Stryker that runs the pure specs of `src/core` in its own process, so that one mutant costs milliseconds.
// Sources and specs are loaded anew for every mutant, unless the scope keeps nothing: what one mutant left in a cache of the code
// does not reach the next.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commonTokens, declareClassPlugin, declareValuePlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import { transformSync } from '@swc/core';
import fc from 'fast-check';
import { registry } from './globals.mjs';

const SWC = {
  jsc: { target: 'es2024', parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false } },
  module: { type: 'es6' },
};
const globals = new URL('./globals.mjs', import.meta.url).href;
const compiled = new Map();
/** How many numbers away a mutant is a neighbour. */
const NEAR = 40;
/** In the copy of the tree that is mutated. */
const NOTES = 'mutation-notes.json';
let generation = 0;

/** TypeScript of this tree, of the generation at hand; whatever else stays as it is. */
function hookModules() {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@jest/globals') return { url: globals, shortCircuit: true };
      const own = specifier.startsWith('.') && context.parentURL?.includes('.ts?');
      return own ? next(`${specifier.replace(/\.js$/, '.ts')}?${generation}`, context) : next(specifier, context);
    },
    load(url, context, next) {
      if (!url.includes('.ts?')) return next(url, context);
      const file = fileURLToPath(url);
      if (!compiled.has(file)) compiled.set(file, transformSync(readFileSync(file, 'utf8'), { filename: file, ...SWC }).code);
      return { format: 'module', source: compiled.get(file), shortCircuit: true };
    },
  });
}

/** Loads the specs, which describe their tests while they load. */
async function load(files) {
  generation += 1;
  Object.assign(registry, { tests: [], path: [], file: '', before: [], after: [] });
  for (const file of files) {
    registry.file = resolve(file);
    await import(`${pathToFileURL(file).href}?${generation}`);
  }
  for (const body of registry.before) await body();
}

async function resultOf({ id, fileName, body }, context) {
  const base = { id, name: id, fileName };
  const began = performance.now();
  context.currentTestId = id;
  try {
    await body();
    return { ...base, status: TestStatus.Success, timeSpentMs: performance.now() - began };
  } catch (error) {
    return { ...base, status: TestStatus.Failed, timeSpentMs: performance.now() - began, failureMessage: String(error?.message ?? error).slice(0, 2_000) };
  } finally {
    context.currentTestId = undefined;
  }
}

class CoreRunner {
  static inject = tokens(commonTokens.options);
  #patterns;
  #specs;
  #keepsNothing;
  #spoilt = true;
  #context = (globalThis.__stryker__ ??= {});
  #seconds = new Map();
  #reached = [];

  constructor(options) {
    this.#patterns = options.specs;
    this.#keepsNothing = options.keepsNothing === true;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    // The same examples for every mutant; a counter-example is enough, the smallest one is not needed.
    fc.configureGlobal({ seed: 20_260_303, endOnFailure: true });
    hookModules();
    this.#specs = globSync(this.#patterns).sort();
    // This process may be one of many; the first one noted what the unchanged run was like.
    if (existsSync(NOTES)) this.#remember(JSON.parse(readFileSync(NOTES, 'utf8')));
  }

  #remember(notes) {
    this.#reached = notes.map(({ file, mutants }) => ({ file, mutants }));
    notes.forEach(({ id, ms }) => this.#seconds.set(id, ms));
  }

  async dryRun() {
    const tests = await this.#run();
    const { mutantCoverage } = this.#context;
    const notes = tests.map(({ id, fileName, timeSpentMs }) => ({ id, file: fileName, ms: timeSpentMs, mutants: Object.keys(mutantCoverage?.perTest[id] ?? {}).map(Number) }));
    writeFileSync(NOTES, JSON.stringify(notes));
    this.#remember(notes);
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  /**
   * The two spec files whose tests come closest to a mutant: numbers are given from file to file, so its neighbours are the code
   * around it. A mutant that only counts while the code is loaded is asked by these first; all the others are loaded if it lives.
   */
  #nearest(mutant) {
    const hits = new Map();
    for (const { file, mutants } of this.#reached) {
      const near = mutants.filter((id) => Math.abs(id - Number(mutant)) <= NEAR).length;
      if (near > 0) hits.set(file, (hits.get(file) ?? 0) + near);
    }
    return [...hits].sort(([, a], [, b]) => b - a).slice(0, 2).map(([file]) => file).sort();
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail, mutantActivation }) {
    Object.assign(this.#context, { activeMutant: undefined, hitLimit, hitCount: hitLimit === undefined ? undefined : 0 });
    const asked = { wanted: testFilter, bail: !disableBail, mutant: activeMutant.id, isStatic: mutantActivation === 'static' };
    const nearest = asked.isStatic && asked.bail ? this.#nearest(activeMutant.id) : [];
    let tests = nearest.length === 0 ? [] : await this.#run({ ...asked, specs: nearest });
    if (!tests.some(({ status }) => status === TestStatus.Failed)) tests = await this.#run(asked);
    const timedOut = determineHitLimitReached(this.#context.hitCount, hitLimit);
    this.#context.activeMutant = undefined;
    return toMutantRunResult(timedOut ?? { status: DryRunStatus.Complete, tests }, disableBail);
  }

  async #run({ wanted, bail = false, mutant, isStatic = false, specs = this.#specs } = {}) {
    const results = [];
    try {
      if (isStatic) this.#context.activeMutant = mutant;
      const anew = this.#spoilt || isStatic;
      this.#spoilt = anew || !this.#keepsNothing;
      if (anew) await load(specs);
      this.#spoilt = isStatic || !this.#keepsNothing;
    } catch (error) {
      if (mutant === undefined) throw error;
      return [{ id: 'loading', name: 'loading', status: TestStatus.Failed, timeSpentMs: 0, failureMessage: String(error) }];
    }
    this.#context.activeMutant = mutant;
    const chosen = registry.tests.filter(({ id }) => wanted === undefined || wanted.includes(id));
    // The quick ones first: most mutants die of them.
    for (const test of chosen.sort((a, b) => (this.#seconds.get(a.id) ?? 0) - (this.#seconds.get(b.id) ?? 0))) {
      results.push(await resultOf(test, this.#context));
      if (bail && results.at(-1).status === TestStatus.Failed) break;
    }
    return results;
  }
}

/** Members of a block or a fact that are words for people. They are no behaviour; that the documents made from them are up to date is a test of its own. */
const WORDS = ['about', 'purpose', 'example', 'rounding', 'source'];
const wordsOfBlocks = {
  shouldIgnore: ({ node, parent }) => (node.type === 'StringLiteral' && parent?.type === 'ObjectProperty' && WORDS.includes(parent.key.name)
    ? 'words for people' : undefined),
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'words', wordsOfBlocks), declareClassPlugin(PluginKind.TestRunner, 'core', CoreRunner)];
export const strykerValidationSchema = { properties: { specs: { type: 'array', items: { type: 'string' } }, keepsNothing: { type: 'boolean' } } };
