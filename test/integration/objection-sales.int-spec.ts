import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call, type Answer } from '../support/app.js';
import { cause, claimAt, claimOf, newPerson, termsOf, type Claim } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { CAFE_SALES, ifMatch, openWorld, uploadSales, type World } from '../support/world.js';

let world: World;
let owner: Client;
let decider: string;

/** Offered on the tariff, without sales. */
const offered = (): Promise<Claim> => claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend', world.tokens.reviewer], ['award', world.tokens.approver]);
const objected = async (): Promise<Claim> => {
  const claim = await offered();
  expect((await cause(world, world.tokens.owner, 'object', claim)).status).toBe(201);
  return claimOf(world, claim.id);
};
const upheld = async ({ id }: Claim, amount?: string): Promise<Answer> => {
  const { version, objections } = await claimOf(world, id);
  return call(world.url, 'POST', `/v1/claims/${id}/objections/${objections.at(-1)?.n ?? 1}/decisions`, {
    token: decider, body: { outcome: 'upheld', ...(amount === undefined ? {} : { amount: { amount, currency: 'GBP' } }) }, ...ifMatch(version),
  });
};
const versions = async ({ id }: Claim): Promise<unknown[]> => (await owner.query<Record<string, unknown>>('SELECT n, frozen ->> \'salesSetId\' IS NOT NULL AS sales FROM claim_version WHERE claim_id = $1 ORDER BY n', [id])).rows;

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 90 * 86_400 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  decider = (await newPerson(world, ['approver'])).token;
});
afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await owner.end();
  await world.close();
});

describe('sales brought with an objection', () => {
  it('are taken only while it is open', async () => {
    const claim = await offered();
    expect((await uploadSales(world, claim.id)).body['code']).toBe('claims.not_draft');
    await cause(world, world.tokens.owner, 'object', claim);
    expect((await uploadSales(world, claim.id)).status).toBe(201);
    expect((await cause(world, world.tokens.owner, 'accept', await claimOf(world, claim.id), await termsOf(world))).status).toBe(201);
    expect((await uploadSales(world, claim.id)).body['code']).toBe('claims.not_draft');
  });

  it('are what the claim is worked out with when it is upheld: a higher sum, under a version that names them', async () => {
    const claim = await objected();
    expect((await upheld(claim)).body).toMatchObject({ code: 'objections.not_higher', params: { amount: '42.00' } });
    expect((await uploadSales(world, claim.id)).status).toBe(201);
    // Nobody has decided on them yet: they are nothing to a rule or a change.
    expect(await versions(claim)).toEqual([{ n: 1, sales: false }]);
    expect((await upheld(claim)).body).toMatchObject({ code: 'objections.amount_differs', params: { amount: '53.40' } });
    expect(await versions(claim)).toEqual([{ n: 1, sales: false }]);
    expect((await upheld(claim, '53.40')).status).toBe(201);
    expect(await claimOf(world, claim.id)).toMatchObject({ state: 'offered', claimVersion: 2, entitlements: [{ gross: { amount: '42.00' } }, { gross: { amount: '53.40' } }] });
    expect(await versions(claim)).toEqual([{ n: 1, sales: false }, { n: 2, sales: true }]);
    const { rows: [standing] } = await owner.query('SELECT s.claim_version, s.cash_minor::text AS cash FROM claim c JOIN assessment s ON s.id = c.assessment_id WHERE c.id = $1', [claim.id]);
    expect(standing).toEqual({ claim_version: 2, cash: '5340' });
    const { rows: audited } = await owner.query<{ action: string }>('SELECT action FROM audit_entry WHERE aggregate_id = $1 AND action IN (\'claim.sales_taken\', \'claim.upheld\') ORDER BY n', [claim.id]);
    expect(audited.map(({ action }) => action)).toEqual(['claim.sales_taken', 'claim.upheld']);
  });

  it('that show less lower nothing, and what is dismissed leaves the claim as it was', async () => {
    const claim = await objected();
    const more = CAFE_SALES.replaceAll(/(2026-10-13T1[0-3][^,]*,sale,)/g, (line) => `${line}9`);
    expect((await uploadSales(world, claim.id, more)).status).toBe(201);
    expect((await upheld(claim)).body['code']).toBe('objections.not_higher');
    const { version, objections } = await claimOf(world, claim.id);
    const dismissed = await call(world.url, 'POST', `/v1/claims/${claim.id}/objections/${objections.at(-1)?.n ?? 1}/decisions`, { token: decider, body: { outcome: 'dismissed', reasons: ['objection_figures_right'] }, ...ifMatch(version) });
    expect(dismissed.status).toBe(201);
    expect(await claimOf(world, claim.id)).toMatchObject({ claimVersion: 1, entitlements: [{ gross: { amount: '42.00' } }] });
  });

  it('count once the business has said which time they speak for', async () => {
    const claim = await objected();
    expect((await uploadSales(world, claim.id, CAFE_SALES, { coverage: '' })).status).toBe(201);
    expect((await upheld(claim)).body).toMatchObject({ code: 'objections.not_higher', params: { amount: '42.00' } });
    const { body: { items: [set] } } = await world.as<{ items: { id: string; coverageConfirmed: boolean }[] }>('owner', 'GET', `/v1/claims/${claim.id}/sales-records`);
    expect(set?.coverageConfirmed).toBe(false);
    expect((await world.as('owner', 'POST', `/v1/claims/${claim.id}/sales-records/${set?.id ?? ''}/coverage`, { body: {} })).status).toBeLessThan(300);
    expect((await upheld(claim)).body).toMatchObject({ code: 'objections.amount_differs' });
  });
});
