// docs/mutation.md from the results of the last runs: scores, and every mutant that lived, with the reason why it may.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { REASONS } from './reasons.mjs';

const DIED = ['Killed', 'Timeout'];
const LIVED = ['Survived', 'NoCoverage'];
const OWED = 'a test is owed';

const cut = (text) => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 70 ? `${line.slice(0, 67)}…` : line;
};

/** A mutant as a reader sees it: where it is, what stood there, and what stood there instead. */
function seen(file, source, { location: { start, end }, replacement, status, mutatorName }) {
  const lines = source.split('\n');
  const own = lines[start.line - 1] ?? '';
  const from = start.line === end.line ? own.slice(start.column - 1, end.column - 1) : own.slice(start.column - 1);
  return { file, line: start.line, own, from: cut(from), to: cut(replacement ?? ''), mutator: mutatorName, status };
}

const reasonOf = (mutant) => REASONS.find(({ file, line, from, to, mutator }) =>
  (file === undefined || mutant.file.endsWith(file)) && (line === undefined || mutant.own.includes(line)) && (from === undefined || mutant.from.includes(from))
  && (to === undefined || mutant.to === to) && (mutator === undefined || mutant.mutator === mutator))?.reason ?? OWED;

/** Scores and survivors of the scopes that were run, by file. */
function results(scopes) {
  return scopes.flatMap((scope) => {
    const path = `coverage/mutation/${scope}.incremental.json`;
    if (!existsSync(path)) return [];
    return Object.entries(JSON.parse(readFileSync(path, 'utf8')).files).map(([file, { source, mutants }]) => ({
      group: scope.split('-')[0], file, died: mutants.filter(({ status }) => DIED.includes(status)).length,
      lived: mutants.filter(({ status }) => LIVED.includes(status)).map((mutant) => seen(file, source, mutant)),
    }));
  });
}

const score = (files) => {
  const [died, lived] = [files.reduce((sum, { died: own }) => sum + own, 0), files.reduce((sum, { lived: own }) => sum + own.length, 0)];
  return { died, lived, percent: died + lived === 0 ? 100 : (100 * died) / (died + lived) };
};

/** One row for each folder, and below it the survivors by file and reason. */
export function writeReport(scopes, today) {
  const files = results(scopes);
  const groups = [...new Set(files.map(({ group }) => group))].map((group) => ({ group, files: files.filter((one) => one.group === group) }));
  const scores = groups.map(({ group, files: own }) => ({ group, ...score(own) }));
  const survivors = groups.flatMap(({ group, files: own }) => [`## ${group}`, '', ...own.flatMap(({ file, lived }) => (lived.length === 0 ? [] : [
    `### ${file.replace('src/core/', '')}`, '',
    ...Object.entries(Object.groupBy(lived, reasonOf)).map(([reason, list]) =>
      `* ${reason}: ${list.map(({ line, from, to, status }) => `${line}${status === 'NoCoverage' ? ' (not reached)' : ''} \`${from.replaceAll('`', "'")}\` → \`${to.replaceAll('`', "'") || 'nothing'}\``).join('; ')}`), '']))]);
  writeFileSync('docs/mutation.md', [
    '# Mutation testing', '',
    'Made by `npm run mutation -- --report` from the last runs; how it is run is in CONTRIBUTING. A mutant is one small change of the code that the tests',
    'should notice. It lived when they did not. Words for people in the declarations of blocks and facts are not mutated.', '',
    `Measured ${today}.`, '', '| folder | died | lived | score |', '| --- | --- | --- | --- |',
    ...scores.map(({ group, died, lived, percent }) => `| src/core/${group} | ${died} | ${lived} | ${percent.toFixed(1)} % |`), '',
    ...survivors,
  ].join('\n'));
  return scores;
}
