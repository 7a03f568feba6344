import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { FundLedger, type Posting } from '../../src/modules/funds/index.js';
import { OutageRegister } from '../../src/modules/outages/index.js';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { cause, claimOf, daysPass, newSite, termsOf, type Claim } from '../support/claims.js';
import { pdf, sendEvidence } from '../support/evidence-files.js';
import { actingAs, asSystem, at } from '../support/lower-floors.js';
import { value } from '../support/results.js';
import { draftClaim, openWorld, submit, type World } from '../support/world.js';

let world: World;
let owner: Client;

/** Around every trigger: how something came about is not what is asked here. */
async function put(sql: string, params: unknown[] = []): Promise<void> {
  await owner.query('SET session_replication_role = replica');
  await owner.query(sql, params);
  await owner.query('SET session_replication_role = origin');
}

/** A scheme of its own under the default policy with other words. */
async function schemeUnder(key: string, change: (text: string) => string, { fundId = world.world.fundId, outageId = world.world.outageId }: { fundId?: string | null; outageId?: string } = {}): Promise<string> {
  const { rows: [author] } = await owner.query<{ id: string }>(`SELECT id FROM app_user WHERE email LIKE 'policy@%'`);
  value(await world.app.get(PolicyCatalogue).publish(actingAs(author?.id ?? ''), change(readFileSync('policies/default-gbp.yaml', 'utf8').replace('policy: default-gbp', `policy: ${key}`))));
  const { status, body } = await world.as<{ id: string }>('policyAuthor', 'POST', '/v1/schemes', {
    body: {
      code: key, policyKey: key, ...(fundId === null ? {} : { fundId }), outageIds: [outageId], zone: 'Europe/London', title: { en: key }, contact: { name: 'Care' }, graceDays: 30,
      opensAt: '2026-10-14T00:00:00Z', closesAt: '2036-01-01T00:00:00Z', texts: ['terms', 'limitation', 'who_decides'].map((kind) => ({ kind, language: 'en', body: `${key} ${kind}` })),
    },
  });
  expect([status, body.id]).toEqual([201, expect.any(String)]);
  return body.id;
}

/** Files a claim of £42.00 by the tariff: where it stands then, and why a person has to look if one does. */
async function filed(schemeId = world.world.schemeId, before: (id: string) => Promise<unknown> = () => Promise.resolve(), change: object = {}): Promise<unknown[]> {
  const { id } = await draftClaim(world, { schemeId, siteId: await newSite(world), ...change });
  await before(id);
  const { version } = (await world.as<{ version: number }>('owner', 'GET', `/v1/claims/${id}`)).body;
  const answer = await submit(world, { id, version });
  expect([answer.status, answer.body['code']]).toEqual([201, undefined]);
  const { body: { state } } = await world.as<{ state: string }>('owner', 'GET', `/v1/claims/${id}`);
  const { rows: [entry] } = await owner.query<{ why: string[] }>(`SELECT data -> 'why' AS why FROM audit_entry WHERE action = 'claim.refer' AND aggregate_id = $1`, [id]);
  return [state, ...(entry?.why ?? [])];
}
const accounts = (id: string) => sendEvidence(world, id, pdf(), { kind: 'accounts', name: 'accounts.pdf', type: 'application/pdf', token: world.tokens.owner });

beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

describe('a claim that a rule could decide', () => {
  it('is decided, and goes to a person while its business is not verified', async () => {
    expect(await filed()).toEqual(['offered']);
    const verified = (at: string) => put(`UPDATE merchant SET verified_at = ${at}, verified_by = ${at === 'NULL' ? 'NULL' : 'uuidv7()'}, version = version + 1 WHERE id = $1`, [world.world.merchantId]);
    await verified('NULL');
    expect(await filed()).toEqual(['in_review', 'identity_not_verified']);
    await verified('now()');
  });

  it('goes to a person one penny above the limit, and not at it', async () => {
    const limited = (key: string, upTo: string) => schemeUnder(key, (text) => text.replace('upTo: "2000.00"', `upTo: "${upTo}"`));
    expect([await filed(await limited('to-gbp', '42.00')), await filed(await limited('below-gbp', '41.99'))]).toEqual([['offered'], ['in_review', 'automatic_limit']]);
  });

  it('goes to a person where the scheme has no fund, and where it was filed after the scheme closed', async () => {
    expect(await filed(await schemeUnder('fundless-gbp', (text) => text, { fundId: null }))).toEqual(['in_review', 'fund_exhausted']);
    const late = await schemeUnder('late-gbp', (text) => text);
    await put(`UPDATE scheme SET closes_at = date_trunc('milliseconds', now()) - interval '1 day', version = version + 1 WHERE id = $1`, [late]);
    expect(await filed(late)).toEqual(['in_review', 'filed_late']);
  });

  it('goes to a person while its outage may still change: until it is final, or has ended where the policy says that is enough', async () => {
    const idOf = async (email: string): Promise<string> => (await owner.query<{ id: string }>('SELECT id FROM app_user WHERE email = $1', [email])).rows[0]?.id ?? '';
    const [editor, second] = [actingAs(await idOf(DEMO_PEOPLE.registerEditor.email)), actingAs(await idOf(DEMO_PEOPLE.registerSecond.email))];
    const register = world.app.get(OutageRegister);
    const line = { service: 'harbourline.payments', region: '*', from: at('2026-10-20T09:00:00Z'), to: at('2026-10-20T13:30:00Z') };
    const draft = value(await register.createDraft(editor, { code: 'later', title: { en: 'Later' }, content: { complete: true, officialWindows: [], scope: [{ ...line, entry: 0 }], segments: [{ ...line, state: 'down', source: 'watch' }] } }));
    const confirmed = value(await register.confirm(second, draft.id, draft.version, 1));
    const strict = await schemeUnder('final-gbp', (text) => text, { outageId: draft.id });
    const enough = await schemeUnder('ended-gbp', (text) => text.replace('endedIsEnough: "false"', 'endedIsEnough: "true"'), { outageId: draft.id });
    const both = async (): Promise<unknown[]> => [await filed(strict, undefined, { window: { from: '2026-10-20T09:00:00Z', to: '2026-10-20T13:30:00Z' } }), await filed(enough, undefined, { window: { from: '2026-10-20T09:00:00Z', to: '2026-10-20T13:30:00Z' } })];
    expect(await both()).toEqual([['in_review', 'outage_not_final'], ['in_review', 'outage_not_final']]);
    const ended = value(await register.end(second, draft.id, confirmed.version, line.to));
    expect(await both()).toEqual([['in_review', 'outage_not_final'], ['offered']]);
    value(await register.finalise(second, draft.id, ended.version));
    expect(await both()).toEqual([['offered'], ['offered']]);
  });

  it('goes to a person without the papers that its policy asks for', async () => {
    const papers = await schemeUnder('papers-gbp', (text) => text.replace('evidence: [sales]', 'evidence: [accounts]'));
    expect([await filed(papers), await filed(papers, accounts)]).toEqual([['in_review', 'evidence_missing'], ['offered']]);
    expect(await filed(await schemeUnder('proof-gbp', (text) => text.replace('evidence: [sales]', 'evidence: [sales_proof]')))).toEqual(['in_review', 'evidence_missing']);
  });
});

describe('an offer that lapsed', () => {
  it('is taken up again while its scheme is not settled, and not after', async () => {
    const schemeId = await schemeUnder('settled-gbp', (text) => text);
    const lapsed = async (): Promise<Claim> => {
      const draft = await draftClaim(world, { schemeId, siteId: await newSite(world) });
      expect((await submit(world, draft)).status).toBe(201);
      await daysPass(world, owner, draft.id, 40);
      return claimOf(world, draft.id);
    };
    const [paid, declined, before, after] = [await lapsed(), await lapsed(), await lapsed(), await lapsed()];
    const does = async (event: 'take_up_again' | 'accept' | 'decline', { id }: Claim) => cause(world, world.tokens.owner, event, await claimOf(world, id), await termsOf(world, schemeId));
    for (const [event, claim] of [['take_up_again', paid], ['accept', paid], ['take_up_again', declined]] as const) expect((await does(event, claim)).status).toBe(201);
    await put(`UPDATE scheme SET closes_at = date_trunc('milliseconds', now()) - interval '1 day', grace_days = 0, version = version + 1 WHERE id = $1`, [schemeId]);
    // Something is still to be decided, and then something to be paid, until it is.
    expect((await does('take_up_again', before)).status).toBe(201);
    for (const claim of [declined, before]) expect((await does('decline', claim)).status).toBe(201);
    const moves = async (...postings: Posting[]): Promise<unknown> => world.app.get(UnitOfWork).run(asSystem, async (tx) =>
      ok(await world.app.get(FundLedger).postLines(tx, world.world.fundId, 'payment_test', [{ lineId: randomUUID(), claimId: paid.id, entitlementNo: 1, postings }])));
    expect((await does('take_up_again', after)).status).toBe(201);
    await daysPass(world, owner, after.id, 40);
    await moves({ account: 'reserved', amountMinor: -4_200n }, { account: 'in_transit', amountMinor: 4_200n });
    expect((await does('take_up_again', after)).status).toBe(201);
    await daysPass(world, owner, after.id, 40);
    await moves({ account: 'in_transit', amountMinor: -4_200n }, { account: 'paid', amountMinor: 4_200n });
    expect(await does('take_up_again', after)).toMatchObject({ status: 409, body: { code: 'review.scheme_settled' } });
  });
});
