// Runs one test file with jest's own runner, and loads it with Node's module loader instead of jest's. jest's makes a realm for every file
// and loads Nest, TypeORM and the whole of src into it anew, which takes longer than most files test. Here what is tested is loaded once a
// worker, as a server loads it: src keeps nothing in module scope. Files of the tests, which do, are loaded anew for each file.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beginFile, register } from '../swc-loader.mjs';

const require = createRequire(import.meta.url);
const CIRCUS = join(dirname(require.resolve('jest-circus/runner')), 'jestAdapterInit.js');

/** Its describes and hooks are state of the module and of the realm: nothing of them is left for the next file. */
function freshCircus() {
  delete require.cache[CIRCUS];
  delete globalThis[Symbol.for('EVENT_HANDLERS')];
  delete globalThis[Symbol.for('TEST_TIMEOUT_SYMBOL')];
  return require(CIRCUS);
}

/** What the tests use of `jest`; there is no module loader for it to mock modules of. */
const jestFor = ({ moduleMocker }) => ({
  spyOn: moduleMocker.spyOn.bind(moduleMocker),
  restoreAllMocks: () => moduleMocker.restoreAllMocks(),
});

export default async function run(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  await register();
  const { initialize, runAndTransformResultsToJestFormat } = freshCircus();
  let globals;
  await initialize({
    config, environment, globalConfig, localRequire: require, parentProcess: process, runtime, sendMessageToJest, testPath,
    setGlobalsForRuntime: (given) => { globals = given; },
  });
  beginFile({ ...globals, jest: jestFor(environment) });
  // jest reads stacks by the maps of its own loader; Node reads them by those that the modules carry.
  Error.prepareStackTrace = undefined;
  process.setSourceMapsEnabled(true);
  const setupAfterEnvStart = Date.now();
  await import(pathToFileURL(testPath).href);
  return runAndTransformResultsToJestFormat({ config, globalConfig, testPath, setupAfterEnvPerfStats: { setupAfterEnvStart, setupAfterEnvEnd: setupAfterEnvStart } });
}
