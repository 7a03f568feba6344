// `npm test`: everything, in order, with progress; `npm test -- unit` runs one stage. Ends with "N passed, N failed".
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, root, underCarriedNode } from './build.mjs';

underCarriedNode(fileURLToPath(import.meta.url));

const bin = (name) => join(root, 'node_modules', ...name.split('/'));
const node = (script, ...args) => [process.execPath, [script, ...args]];
const jest = (project) => ({ jest: project });
/** Files at once, each with a database, ports and folders of its own. */
const WORKERS = 2;

/** Minutes each stage may take on two cores; printed, so that a slow one is seen. */
const STAGES = [
  ['lint', 1, node(bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0')],
  ['dependencies', 1, node(bin('dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.mjs', 'src', 'migrations')],
  ['types', 1, node(bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json')],
  ['unit', 2, jest('unit')],
  ['architecture', 1, jest('architecture')],
  ['integration', 5, jest('integration')],
  ['e2e', 5, jest('e2e')],
  ['pages', 8, jest('pages')],
  ['torture', 6, jest('torture')],
];

const report = join(root, 'coverage', 'report.json');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((name) => !STAGES.some(([stage]) => stage === name));
if (unknown.length > 0) {
  console.error(`Unknown stage ${unknown.join(', ')}; there are ${STAGES.map(([name]) => name).join(', ')}.`);
  process.exit(2);
}

function runJest(project) {
  mkdirSync(join(root, 'coverage'), { recursive: true });
  rmSync(report, { force: true });
  const { status } = spawnSync(process.execPath, [bin('jest/bin/jest.js'), '--selectProjects', project, `--maxWorkers=${WORKERS}`, '--json', '--outputFile', report, '--silent=false', '--passWithNoTests'], {
    cwd: root, stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  });
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
    // A suite that could not even be loaded has no tests to count.
    return { passed: numPassedTests, failed: Math.max(numFailedTests, status === 0 ? 0 : Math.max(1, numFailedTestSuites)), total: numTotalTests };
  } catch {
    return { passed: 0, failed: 1, total: 0 };
  }
}

function runCommand([program, args]) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

if (wanted.length === 0 || wanted.includes('torture') || wanted.includes('pages')) await build();
const outcomes = [];
for (const [name, budget, stage] of STAGES) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${name} (budget ${budget} min) ─────────────────────────────`);
  const began = performance.now();
  const outcome = 'jest' in stage ? runJest(stage.jest) : runCommand(stage);
  outcomes.push({ name, budget, seconds: (performance.now() - began) / 1000, ...outcome });
}

console.log('\nstage          passed  failed  seconds  budget');
for (const { name, passed, failed, seconds, budget } of outcomes) {
  console.log(`${name.padEnd(14)} ${String(passed).padStart(6)}  ${String(failed).padStart(6)}  ${seconds.toFixed(1).padStart(7)}  ${budget} min${seconds > budget * 60 ? '  over budget' : ''}`);
}
const total = (key) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
const failed = total('failed');
console.log(`\n${total('passed')} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
