import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call } from '../support/app.js';
import { newSite } from '../support/claims.js';
import { DECLARED, draftClaim, ifMatch, openWorld, uploadSales, type World } from '../support/world.js';

interface EstimateBody {
  readonly outcome: string;
  readonly hasSales: boolean;
  readonly cash?: { readonly amount: string };
  readonly from?: { readonly amount: string };
  readonly to?: { readonly amount: string };
  readonly methods: readonly { readonly input: string; readonly options: readonly { readonly value: string; readonly chosen: boolean; readonly cash?: { readonly amount: string } }[] }[];
}

let world: World;
let database: Client;
beforeAll(async () => {
  world = await openWorld();
  database = new Client({ connectionString: world.database.ownerUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await world.close();
});

const rowsOf = async <Row extends object>(sql: string): Promise<Row[]> => (await database.query<Row>(sql)).rows;

const tally = async (): Promise<string> => {
  const rows = await rowsOf<{ of: string; count: number }>(`
    SELECT 'assessment' AS of, count(*)::int AS count FROM assessment UNION ALL SELECT 'event', count(*)::int FROM event_log
    UNION ALL SELECT 'audit', count(*)::int FROM audit_entry UNION ALL SELECT 'version', coalesce(sum(version), 0)::int FROM claim`);
  return JSON.stringify(rows);
};

describe('an estimate', () => {
  it('is a range until sales are in and the very sum of the assessment afterwards, and is kept nowhere', async () => {
    const draft = await draftClaim(world, { answers: {} });
    const before = await tally();
    const { body: open } = await world.as<EstimateBody>('owner', 'GET', `/v1/claims/${draft.id}/estimate`);
    expect(open).toMatchObject({ hasSales: false, from: { amount: '0.00' }, to: { amount: '25000.00' } });
    expect(open.methods).toEqual([{ input: 'takeTariff', options: [
      { value: 'true', chosen: false, cash: { amount: '42.00', currency: 'GBP' } }, { value: 'false', chosen: false },
    ] }]);
    expect(await tally()).toBe(before);
    expect((await uploadSales(world, draft.id)).status).toBe(201);
    const { body: known } = await world.as<EstimateBody>('owner', 'GET', `/v1/claims/${draft.id}/estimate?lang=ko`);
    expect(known).toMatchObject({ hasSales: true, outcome: 'eligible' });
    const { body: now } = await world.as<{ version: number }>('owner', 'GET', `/v1/claims/${draft.id}`);
    expect((await world.as('owner', 'POST', `/v1/claims/${draft.id}/submissions`, { body: DECLARED, ...ifMatch(now.version) })).status).toBe(201);
    const { body: filed } = await world.as<{ items: { cash: { amount: string } }[] }>('owner', 'GET', `/v1/claims/${draft.id}/assessments`);
    expect(filed.items[0]?.cash.amount).toBe(known.cash?.amount);
  });
});

describe('a draft', () => {
  it('gives an answer up again where the change says null, as a merge patch does', async () => {
    const draft = await draftClaim(world, { siteId: await newSite(world), answers: { takeTariff: true, grossMargin: '0.6' } });
    const { body } = await world.as<{ answers: object }>('owner', 'PATCH', `/v1/claims/${draft.id}`, { body: { answers: { grossMargin: null } }, ...ifMatch(draft.version) });
    expect(body.answers).toEqual({ takeTariff: true });
  });
});

describe('what was filed', () => {
  it('is confirmed by a letter and by a document that is the same every time; other businesses find neither', async () => {
    const draft = await draftClaim(world, { siteId: await newSite(world) });
    const elsewhereDetails = 'Insurer Nord, 120.00, under policy 7734';
    const filed = await world.as<{ reference: string }>('owner', 'POST', `/v1/claims/${draft.id}/submissions`, {
      body: { declarations: { isTrue: true, paidElsewhere: true, elsewhereDetails } }, ...ifMatch(draft.version),
    });
    expect(filed.status).toBe(201);
    const letters = await rowsOf<{ template: string; subject: string; recipient: string }>(`
      SELECT l.template, c.subject, c.recipient FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = '${draft.id}' AND l.template = 'claim.received'`);
    expect(letters).toEqual([{ template: 'claim.received', subject: `We have your claim ${filed.body.reference}`, recipient: 'owner@corner-cafe.example' }]);
    const [frozen] = await rowsOf<{ frozen: { declarations: Record<string, unknown> } }>(`SELECT frozen FROM claim_version WHERE claim_id = '${draft.id}'`);
    expect(frozen?.frozen.declarations).toEqual({ isTrue: true, paidElsewhere: true, elsewhereDigest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(JSON.stringify(frozen)).not.toContain('Insurer');
    const pdf = (lang: string, person: 'owner' | 'policyAuthor' = 'owner', n = 1): Promise<Response> =>
      fetch(`${world.url}/v1/claims/${draft.id}/versions/${n}/confirmation.pdf?lang=${lang}`, { headers: { authorization: `Bearer ${world.tokens[person]}` } });
    const [once, again] = await Promise.all([pdf('ko'), pdf('ko')].map(async (answer) => Buffer.from(await (await answer).arrayBuffer())));
    expect(once?.equals(again as Buffer)).toBe(true);
    expect(once?.subarray(0, 8).toString()).toBe('%PDF-1.7');
    expect((await pdf('en', 'owner', 2)).status).toBe(404);
    expect((await call(world.url, 'GET', `/v1/claims/${draft.id}/versions/1/confirmation.pdf`)).status).toBe(401);
  });
});
