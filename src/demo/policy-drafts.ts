import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unwrap } from '../platform/http/refusal-exception.js';
import { PolicyDrafting } from '../modules/policies/index.js';
import { DEMO_PEOPLE } from './demo-people.js';
import type { Stage } from './stage.js';

type Changes = readonly (readonly [from: string, to: string])[];

/** Higher tariff, lower minimum; its example says what the tariff then pays. */
const BETTER_TARIFF: Changes = [
  ['Makegood default policy, revision 1', 'Makegood default policy, revision 2'],
  ['source: Makegood default policy 1\n    table: { food: "30000", retail: "24000", services: "20000", transport: "16000" }', 'source: Makegood default policy 2\n    table: { food: "36000", retail: "28000", services: "24000", transport: "20000" }'],
  ['otherwise: "16000"', 'otherwise: "20000"'],
  ['minimum: { unit: KRW per claim, source: Makegood default policy 1, value: "5000" }', 'minimum: { unit: KRW per claim, source: Makegood default policy 2, value: "3000" }'],
  ['expect: { outcome: eligible, cash: "75000", steps: { openHours: 5/2 } }', 'expect: { outcome: eligible, cash: "90000", steps: { openHours: 5/2 } }'],
];
/** Somebody is still at work on it: the waiting period is halved, and the examples do not say so yet. */
const SHORTER_WAIT: Changes = [['waitingPeriod: { unit: minutes, source: Makegood default policy 1, value: "60" }', 'waitingPeriod: { unit: minutes, source: Makegood default policy 2, value: "30" }']];

function changed(source: string, changes: Changes): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new TypeError(`the shipped policy no longer says "${from}"`);
    return text.replace(from, to);
  }, source);
}

/** Two next versions on their way: one handed in, one that its author has not finished. */
export async function writePolicyDrafts({ app, cast }: Stage, policyFolder: string): Promise<void> {
  const drafting = app.get(PolicyDrafting);
  const author = cast.as(DEMO_PEOPLE.policyAuthor);
  const write = (key: string, changes: Changes) => drafting.create(author, key, {
    source: changed(readFileSync(join(policyFolder, `${key}.yaml`), 'utf8'), changes), effectiveFrom: null, decidedFrom: null, reach: 'undecided',
  });
  const better = unwrap(await write('default-krw', BETTER_TARIFF));
  unwrap(await drafting.submit(author, better.key, String(better.number), better.version));
  unwrap(await write('default-gbp', SHORTER_WAIT));
}
