// `npm run mutation [-- scope …]`: mutants of the scopes named, or of all; only what changed since the last run is asked again,
// and with `--only='wait|each'` only the files whose names begin so.
// `npm run mutation -- --report` writes docs/mutation.md from the last results. Fails below the score that was promised.
import { fileURLToPath } from 'node:url';
import { underCarriedNode } from './build.mjs';
import { writeReport } from './mutation/report.mjs';
import { optionsOf, SCOPES } from '../stryker.config.mjs';

underCarriedNode(fileURLToPath(import.meta.url));
const PROMISED = 85;
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
/** Beginnings of the names of the files that are asked this time; what is known of the others stays. */
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const unknown = wanted.filter((scope) => !(scope in SCOPES));
if (unknown.length > 0) {
  console.error(`Unknown scope ${unknown.join(', ')}; there are ${Object.keys(SCOPES).join(', ')}.`);
  process.exit(2);
}
if (!process.argv.includes('--report')) {
  // Loaded here: it needs the Node that the project carries.
  const { Stryker } = await import('@stryker-mutator/core');
  for (const scope of wanted.length > 0 ? wanted : Object.keys(SCOPES)) await new Stryker(optionsOf(scope, only)).runMutationTest();
}
const scores = writeReport(Object.keys(SCOPES), new Date().toISOString().slice(0, 10));
for (const { group, died, lived, percent } of scores) console.log(`${group.padEnd(8)} ${percent.toFixed(1)} %  (${died} died, ${lived} lived)`);
process.exit(scores.every(({ percent }) => percent >= PROMISED) ? 0 : 1);
