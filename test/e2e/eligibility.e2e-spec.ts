import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call, type Answer } from '../support/app.js';
import { openWorld, OUTAGE_WINDOW, type World } from '../support/world.js';

let world: World;
let owner: Client;
let scheme: string;

beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  scheme = String((await call(world.url, 'GET', `/v1/schemes/${world.world.schemeId}`)).body['code']);
}, 120_000);
afterAll(async () => {
  await owner.end();
  await world.close();
});

const check = (body: object = {}): Promise<Answer> => call(world.url, 'POST', '/v1/eligibility-checks', { body: { scheme, service: 'harbourline.payments', trade: 'food', ...body } });

/** Rows of every table there is, whoever owns it. */
async function rows(): Promise<Record<string, string>> {
  const { rows: tables } = await owner.query<{ name: string }>(`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'inspect', 'pgboss') AND tablename NOT IN ('queue', 'version')`);
  const counted: [string, string][] = [];
  for (const { name } of tables) counted.push([name, (await owner.query<{ n: string }>(`SELECT count(*) AS n FROM ${name}`)).rows[0]?.n ?? '']);
  return Object.fromEntries(counted);
}

describe('whether a claim is worth filing', () => {
  it('is told to anybody: what was recorded, the range of the published rule, what is needed and until when', async () => {
    const { status, body } = await check({ window: OUTAGE_WINDOW });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      service: 'harbourline.payments', window: { from: '2026-10-13T09:00:00.000Z', to: '2026-10-13T13:30:00.000Z' }, evidence: ['sales'],
      assumes: expect.arrayContaining(['open_all_the_time', 'no_sales_yet']), closesAt: expect.any(String), policy: { key: 'default-gbp', version: 1 },
    });
    expect((body['recorded'] as { minutes: number }[]).reduce((sum, { minutes }) => sum + minutes, 0)).toBeGreaterThan(100);
  });

  it('has a range that the engine of payments gives: the published tariff for the counted hours', async () => {
    const { body } = await check();
    const { from, to } = body['range'] as { from: { amount: string }; to: { amount: string; currency: string } };
    // 210 recorded minutes less an hour of waiting, at 18.00 an hour for food; the retail tariff is 14.00.
    expect(to).toEqual({ amount: expect.stringMatching(/^\d+\.\d\d$/), currency: 'GBP' });
    const retail = ((await check({ trade: 'retail' })).body['range'] as { to: { amount: string } }).to.amount;
    const minor = (amount: string): number => Number(amount.replace('.', ''));
    expect(Math.abs(minor(to.amount) * 14 - minor(retail) * 18)).toBeLessThanOrEqual(18);
    expect(minor(from.amount)).toBeLessThanOrEqual(minor(to.amount));
  });

  it('says no for a time without trouble, and refuses in words what cannot be asked', async () => {
    const quiet = await check({ window: { from: '2026-10-01T00:00:00Z', to: '2026-10-01T05:00:00Z' } });
    expect(quiet.body).toMatchObject({ recorded: [], refusedFor: ['outage_not_recorded'] });
    expect(await check({ service: 'nothing' })).toMatchObject({ status: 422, body: { code: 'eligibility.service_not_covered', errors: [{ pointer: '/service' }] } });
    expect(await check({ window: { from: '2026-10-13T10:00:00Z', to: '2027-10-13T10:00:00Z' } })).toMatchObject({ status: 422, body: { code: 'eligibility.window_unusable' } });
    expect(await check({ window: { from: '2026-10-13T10:00:00Z', to: '2026-10-13T10:00:00Z' } })).toMatchObject({ status: 422 });
    expect((await check({ scheme: 'nothing' })).status).toBe(404);
    expect((await check({ trade: 7 })).status).toBe(400);
  });

  it('changes no table: not by the API, not by the page', async () => {
    const before = await rows();
    expect(Object.keys(before).length).toBeGreaterThan(30);
    await check();
    await check({ service: 'nothing' });
    for (const query of ['', '?who=private', '?who=business&service=harbourline.payments&trade=food', '?service=harbourline.payments&trade=food&from=2026-10-13+10:00&to=2026-10-13+12:00']) {
      expect((await fetch(`${world.url}/en/schemes/${scheme}/check${query}`)).status).toBe(200);
    }
    expect((await fetch(`${world.url}/ko/schemes/${scheme}/check?service=harbourline.payments&trade=food&from=yesterday`)).status).toBe(422);
    expect((await fetch(`${world.url}/en/schemes/${scheme}`)).status).toBe(200);
    expect(await rows()).toEqual(before);
  });

  it('is asked sixty times a minute from one address and then has to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 70 }, () => check()));
    const waits = answers.filter(({ status }) => status === 429);
    expect(waits.length).toBeGreaterThanOrEqual(10);
    expect(Number(waits[0]?.headers['retry-after'])).toBeGreaterThan(0);
  });
});
