import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ObjectionDecisions } from '../../src/modules/review/index.js';
import { cause, claimAt, claimOf, newPerson } from '../support/claims.js';
import { codeOf, value } from '../support/results.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let owner: Client;
beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 86_400, dutyProfile: 'small', outsideReviewer: { name: 'Ombudsman of Shops', email: 'cases@ombudsman.example' } } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

it('a second objection is decided by the body outside alone, once, by the link to its case', async () => {
  const { owner: merchant, reviewer, approver } = world.tokens;
  const [first, second] = [(await newPerson(world, ['approver'])).token, (await newPerson(world, ['approver'])).token];
  const { id } = await claimAt(world, ['submit', merchant], ['pull', reviewer], ['recommend', reviewer], ['award', approver], ['object', merchant], ['dismiss', first], ['object', merchant]);
  for (const event of ['upheld', 'dismiss'] as const) expect(await cause(world, second, event, await claimOf(world, id))).toMatchObject({ status: 409, body: { code: 'objections.outside_decides' } });
  const { rows: [letter] } = await owner.query<{ plain: string; recipient: string }>(`SELECT c.plain, c.recipient FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = $1 AND l.template = 'claim.outside-review'`, [id]);
  const token = /[?&/](?:token=)?([\w-]{40,})/.exec(letter?.plain ?? '')?.[1] ?? '';
  expect([letter?.recipient, token]).toEqual(['cases@ombudsman.example', expect.stringMatching(/./)]);
  const decide = (by: string) => world.app.get(ObjectionDecisions).decideOutside('test', by, { outcome: 'dismissed', reasons: ['objection_figures_right'] });
  expect(codeOf(await decide(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`))).toBe('objections.link_unknown');
  value(await decide(token));
  expect(codeOf(await decide(token))).toBe('objections.link_unknown');
  expect((await claimOf(world, id)).objections).toMatchObject([{ n: 1, outcome: 'dismissed' }, { n: 2, outcome: 'dismissed', outside: true }]);
});
