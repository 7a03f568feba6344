import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const ban = (selector, message) => ({ selector, message });

const everywhere = [
  ban("NewExpression[callee.name='Date'][arguments.length=0]", 'Only platform/clock knows "now": inject Clock.'),
  ban("CallExpression[callee.object.name='Date'][callee.property.name='now']", 'Only platform/clock knows "now": inject Clock.'),
  ban('CallExpression[callee.property.name=/^(get|set)(Date|Day|FullYear|Hours|Minutes|Month|Seconds|Milliseconds|TimezoneOffset)$/]',
    'Local-time getters depend on the machine; use core/time.'),
  ban("MemberExpression[object.name='process'][property.name='env']", 'Only platform/config reads the environment.'),
  ban("Identifier[name='forwardRef']", 'There is no cycle to hide: send an event.'),
  ban("Property[key.name='synchronize'][value.value=true]", 'Tables change by a reviewed migration.'),
  ban("AssignmentExpression[left.property.name='state'][left.object.type!='ThisExpression']", "A state is moved only by a repository's moveTo."),
  ban("CallExpression[callee.object.property.name=/[rR]epository$/][callee.property.name='save']",
    'save() overwrites whatever has that id: insert or update with explicit criteria.'),
  ban("CallExpression[callee.property.name=/^(findOne|findOneBy)$/] > ObjectExpression[properties.length=0]", 'An empty criterion returns the first row.'),
];

const floats = [
  ban("CallExpression[callee.object.name='Math'][callee.property.name='round']", 'Rounding has a name: use core/money.'),
  ban("CallExpression[callee.name=/^(parseFloat|Number)$/]", 'A float never touches an amount.'),
  ban("UnaryExpression[operator='+']", 'A float never touches an amount.'),
  ban("CallExpression[callee.property.name='toFixed']", 'A float never touches an amount.'),
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.makegood', 'coverage', 'bench/out'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      'no-restricted-syntax': ['error', ...everywhere],
      // An exhaustive switch over a union is one decision, however long the union is.
      complexity: ['error', { max: 12, variant: 'modified' }],
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 7],
      'no-console': 'error',
    },
  },
  {
    files: ['src/core/{money,sales,policy,assessment,payments,sharing}/**/*.ts', 'src/modules/{funds,claims,assessments,review,policies,payouts}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...floats] },
  },
  { files: ['src/platform/clock/**', 'src/platform/config/**'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off', 'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': 'off', 'no-console': 'off', complexity: 'off', '@typescript-eslint/require-await': 'off', '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off', '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['migrations/**/*.ts', 'src/cli/**/*.ts', 'src/demo/**/*.ts', 'src/{main,worker,cli}.ts'], rules: { 'max-lines-per-function': 'off', 'no-console': 'off' } },
  {
    files: ['src/portal/assets/*.js'],
    languageOptions: { globals: Object.fromEntries(['document', 'location', 'fetch', 'performance', 'URLSearchParams', 'FormData', 'AbortController', 'DOMParser', 'XMLHttpRequest', 'setTimeout', 'clearTimeout'].map((name) => [name, 'readonly'])) },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly', URLSearchParams: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', fetch: 'readonly', performance: 'readonly' } },
  },
);
