const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/migrations'],
  testMatch,
  transform: {},
  testEnvironment: '<rootDir>/test/support/jest/realm.mjs',
  testRunner: '<rootDir>/test/support/jest/runner.mjs',
  ...extra,
});

// Suites that need a database get one each from test/support/database.ts; the server is started once for all of them.
const withPostgres = { globalSetup: '<rootDir>/test/support/global-setup.mjs', globalTeardown: '<rootDir>/test/support/global-teardown.mjs' };

export default {
  // Suites share two cores with a database: a world takes seconds to make, and minutes on a busy machine.
  testTimeout: 180_000,
  // What a test file held stays for as long as its worker, some 20 MB each: a worker that has grown is begun anew.
  workerIdleMemoryLimit: '1200MB',
  projects: [
    project('unit', ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/cases/**/*.spec.ts']),
    project('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.int-spec.ts'], withPostgres),
    project('e2e', ['<rootDir>/test/e2e/**/*.e2e-spec.ts'], withPostgres),
    project('pages', ['<rootDir>/test/pages/**/*.page-spec.ts'], { ...withPostgres, globalSetup: '<rootDir>/test/support/pages-setup.mjs' }),
    project('torture', ['<rootDir>/test/torture/**/*.int-spec.ts'], withPostgres),
  ],
};
