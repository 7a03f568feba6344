import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwrap } from '../platform/http/refusal-exception.js';
import { PolicyDrafting } from '../modules/policies/index.js';
import { DEMO_PEOPLE } from './demo-people.js';
import type { Stage } from './stage.js';

type Changes = readonly (readonly [from: string | RegExp, to: string])[];

const SHORTER_WAIT: Changes = [['waitingPeriod: { unit: minutes, source: Makegood default policy 1, value: "60" }', 'waitingPeriod: { unit: minutes, source: Makegood default policy 2, value: "30" }']];
/** The waiting period halves and the margin of one trade is corrected: some gain, some lose. The examples say what then comes out. */
const NEXT_DEFAULT: Changes = [
  ...SHORTER_WAIT,
  ['Makegood default policy, revision 1', 'Makegood default policy, revision 2'],
  ['transport: "0.55" }', 'transport: "0.50" }'],
  [/T11:00Z\/([-\d]+)T12:00Z, net/g, 'T10:30Z/$1T12:00Z, net'],
  ['counted: 2026-03-03T11:00:00.000Z/2026-03-03T12:00:00.000Z,', 'counted: 2026-03-03T10:30:00.000Z/2026-03-03T12:00:00.000Z,'],
  ['cash: "75000", steps: { openHours: 5/2 }', 'cash: "90000", steps: { openHours: 3 }'],
  ['at: 2026-03-03T10:00Z/2026-03-03T11:00Z } ]', 'at: 2026-03-03T10:00Z/2026-03-03T10:30Z } ]'],
  ['at: 2026-03-03T10:00Z/2026-03-03T10:45Z } ]', 'at: 2026-03-03T10:00Z/2026-03-03T10:15Z } ]'],
];

async function changed(policyFolder: string, key: string, changes: Changes): Promise<string> {
  return changes.reduce((text, [from, to]) => {
    const said = text.replace(from, to);
    if (said === text) throw new TypeError(`the shipped policy no longer says "${String(from)}"`);
    return said;
  }, await readFile(join(policyFolder, `${key}.yaml`), 'utf8'));
}

/** The next version of the default policy, as somebody might hand it in. */
export const nextDefault = (policyFolder: string): Promise<string> => changed(policyFolder, 'default-krw', NEXT_DEFAULT);

/** The default policy in euros for a fund that is shared among all who claim from it. */
export const sharedEuros = (policyFolder: string): Promise<string> => changed(policyFolder, 'default-eur', [['policy: default-eur', 'policy: default-eur-shared'], ['fund: { mode: open }', 'fund: { mode: shared }']]);

/** A draft whose author has not finished: the waiting period is halved, and the examples do not say so yet. */
export async function leaveUnfinished({ app, cast }: Stage, policyFolder: string): Promise<void> {
  unwrap(await app.get(PolicyDrafting).create(cast.as(DEMO_PEOPLE.policyAuthor), 'default-gbp', {
    source: await changed(policyFolder, 'default-gbp', SHORTER_WAIT), effectiveFrom: null, decidedFrom: null, reach: 'undecided',
  }));
}
