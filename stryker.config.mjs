// Mutation testing of the part that decides amounts: `npm run mutation [-- scope …]`. Not part of `npm test`; see docs/mutation.md.

/** The specs of the engine. The long random runs find faults, and are too slow to ask for every mutant. */
const policySpecs = ['src/core/policy/**/*.spec.ts', 'test/cases/policy-authoring.spec.ts'];

/**
 * What is mutated together, and the tests that are asked. `keepsNothing`: the mutated code holds no state between calls, so that a
 * mutant cannot spoil what was loaded; elsewhere everything is loaded anew for every mutant.
 */
export const SCOPES = {
  money: { mutate: ['src/core/money/*.ts'], specs: ['src/core/money/*.spec.ts'] },
  time: { mutate: ['src/core/time/*.ts'], specs: ['src/core/time/*.spec.ts'] },
  'policy-document': { mutate: ['src/core/policy/document/*.ts'], specs: policySpecs, keepsNothing: true },
  'policy-blocks': { mutate: ['src/core/policy/blocks/*.ts'], specs: [...policySpecs, 'test/cases/shipped-policies.spec.ts'], keepsNothing: true },
  // What a person may put for a step is the engine's, and is tested where a claim is assessed.
  'policy-engine': { mutate: ['src/core/policy/*.ts'], specs: [...policySpecs, 'src/core/assessment/override.spec.ts'], keepsNothing: true },
};

/** Options of every run. */
export default {
  testRunner: 'core',
  plugins: [new URL('./scripts/mutation/runner.mjs', import.meta.url).href],
  ignorers: ['words'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // Every mutant loads the sources anew, and what was loaded stays in memory until the process ends.
  maxTestRunnerReuse: 150,
  incremental: true,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  ignorePatterns: ['.makegood', 'dist', 'coverage', 'bench', 'docs/screenshots', 'demo', 'deploy'],
  tempDirName: 'coverage/mutation/tmp',
  allowConsoleColors: false,
};

/** What one scope adds. */
export const optionsOf = (scope, only) => ({
  ...SCOPES[scope],
  mutate: [...SCOPES[scope].mutate.map((files) => (only === undefined ? files : files.replace('*.ts', `@(${only})*.ts`))), '!src/core/**/*.spec.ts'],
  incrementalFile: `coverage/mutation/${scope}.incremental.json`,
  jsonReporter: { fileName: `coverage/mutation/${scope}.json` },
});
