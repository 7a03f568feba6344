import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { newAgency, type Agency } from '../support/agents.js';
import { call, type Answer } from '../support/app.js';
import { batchOf, checkAll, commit, csvOf, fileAll, itemsOf, rowOf, send, through } from '../support/batches.js';
import { ifMatch, openWorld, type World } from '../support/world.js';

let world: World;
let owner: Client;
let [ours, theirs]: Agency[] = [];
beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  [ours, theirs] = [await newAgency(world, 'Ours'), await newAgency(world, 'Theirs')];
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

const us = (): Agency => ours as Agency;
const them = (): Agency => theirs as Agency;

const claims = async (): Promise<number> => (await owner.query<{ count: number }>('SELECT count(*)::int AS count FROM claim')).rows[0]?.count ?? -1;

describe('a batch of another agent', () => {
  it('is not there: not in a list, not by its address, not row by row, not as a file, and not to be filed', async () => {
    const { body: { id } } = await send(world, us(), csvOf([rowOf(1), rowOf(2, { trade: 'nonsense' })]));
    await checkAll(world, id);
    const { version } = await batchOf(world, us(), id);
    const nowhere = '01900000-0000-7000-8000-000000000000';
    const before = await claims();
    for (const token of [them().token, world.tokens.owner, world.tokens.agent]) {
      const ask = (method: string, path: string, batch: string): Promise<Answer> => call(world.url, method, `/v1/claim-batches/${batch}${path}`, { token, ...(method === 'POST' ? ifMatch(version) : {}) });
      for (const [method, path] of [['GET', ''], ['GET', '/items'], ['GET', '/result-file'], ['POST', '/commits']] as const) {
        const [foreign, missing] = [await ask(method, path, id), await ask(method, path, nowhere)];
        const said = ({ status, body }: Answer) => JSON.stringify({ status, body: { ...body, instance: '', requestId: '' } });
        expect([403, 404]).toContain(foreign.status);
        expect(said(foreign).replaceAll(id, '')).toBe(said(missing).replaceAll(nowhere, ''));
      }
    }
    const { body } = await call<{ items: unknown[] }>(world.url, 'GET', '/v1/claim-batches', { token: them().token });
    expect(body.items).toEqual([]);
    expect(await claims()).toBe(before);
    expect(await batchOf(world, us(), id)).toMatchObject({ version });
  });

  it('does not share its keys: the same file of two agents is two businesses, two mandates and two claims', async () => {
    const file = csvOf([rowOf(10, { external_id: 'shared-key' })]);
    const [first, second] = [await through(world, us(), file), await through(world, them(), file)];
    const [mine, other] = [(await itemsOf(world, us(), first.id))[0], (await itemsOf(world, them(), second.id))[0]];
    expect([mine?.state, other?.state]).toEqual(['filed', 'filed']);
    expect(mine?.claim?.id).not.toBe(other?.claim?.id);
    const { rows } = await owner.query<{ businesses: number; mandates: number }>(`
      SELECT count(DISTINCT c.merchant_id)::int AS businesses, count(DISTINCT c.mandate_id)::int AS mandates FROM claim c WHERE c.id = ANY ($1)`, [[mine?.claim?.id, other?.claim?.id]]);
    expect(rows).toEqual([{ businesses: 2, mandates: 2 }]);
  });
});

describe('what is not a file of claims', () => {
  const json = (raw: string, type = 'application/json'): Promise<Answer> => send(world, us(), raw, { type }) as unknown as Promise<Answer>;
  const form = (body: FormData): Promise<Response> => fetch(`${world.url}/v1/claim-batches`, { method: 'POST', headers: { authorization: `Bearer ${us().token}` }, body });

  it.each([
    ['no rows', '{}', 422, 'batches.file_missing'],
    ['rows that are no list', '{"rows":{"0":{}}}', 422, 'batches.file_missing'],
    ['an empty list', '{"rows":[]}', 422, 'batches.file_empty'],
    ['a list of nothing', '{"rows":[null]}', undefined, undefined],
    ['a list of lists', '{"rows":[[[[]]]]}', undefined, undefined],
    ['JSON that ends early', '{"rows":[', 400, undefined],
    ['numbers, truth and objects for cells', JSON.stringify({ rows: [{ external_id: 1, business_name: true, trade: { a: 1 }, scheme: null, window_from: [1] }] }), undefined, undefined],
    ['a prototype for a column', '{"rows":[{"__proto__":{"external_id":"x"},"constructor":"y"}]}', undefined, undefined],
  ])('JSON with %s is answered in words, and files nothing', async (_what, raw, status, code) => {
    const before = await claims();
    const answer = await json(raw);
    expect(answer.status).toBeLessThan(500);
    if (status !== undefined) expect(answer.status).toBe(status);
    if (code !== undefined) expect(answer.body['code']).toBe(code);
    if (answer.status === 202) {
      const id = String(answer.body['id']);
      await checkAll(world, id);
      const items = await itemsOf(world, us(), id);
      expect(items.every(({ state, errors }) => state === 'faulty' && errors.length > 0 && errors.every(({ detail }) => !/[{}]|undefined|\[object/.test(detail)))).toBe(true);
    }
    expect(await claims()).toBe(before);
  });

  it.each([
    ['bytes that are no UTF-8', 'batches.not_text'], ['a picture', undefined], ['a first line only', 'batches.file_empty'], ['two columns of one name', 'batches.header_faulty'], ['a quote left open', 'batches.not_csv'],
  ])('a form whose file is %s is refused', async (what, code) => {
    const bytes: Record<string, Uint8Array | string> = {
      'bytes that are no UTF-8': Uint8Array.from([...Buffer.from(`${csvOf([rowOf(1)])}\r\n`), 0xff, 0xfe, 0xfd]), 'a picture': Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]),
      'a first line only': csvOf([rowOf(1)]).split('\r\n')[0] ?? '', 'two columns of one name': csvOf([rowOf(1)]).replace('trade', 'country'), 'a quote left open': `${csvOf([rowOf(1)])}\r\n"open`,
    };
    const body = new FormData();
    body.append('file', new Blob([bytes[what] as never], { type: 'text/csv' }), 'claims.csv');
    const answer = await form(body);
    expect([answer.status >= 400 && answer.status < 500, answer.headers.get('content-type')]).toEqual([true, 'application/problem+json']);
    const problem = await answer.json() as { code: string; detail: string };
    if (code !== undefined) expect(problem.code).toBe(code);
    expect(problem.detail).not.toMatch(/[{}]|undefined/);
  });

  it.each([['mode=all', '/mode'], ['mode=strict&ceilingPercent=101', '/ceilingPercent'], ['ceilingPercent=-1', '/ceilingPercent'], ['ceilingPercent=1e1', '/ceilingPercent'], ['ceilingPercent=', '/ceilingPercent'], ['mode=strict&mode=lenient', '/mode']])('%s cannot be chosen', async (query, pointer) => {
    const { status, body } = await send(world, us(), csvOf([rowOf(1)]), { query: `?${query}` });
    expect({ status, code: body.code, pointer: (body as unknown as { errors?: { pointer: string }[] }).errors?.[0]?.pointer }).toEqual({ status: 422, code: 'batches.option_invalid', pointer });
  });

  it('is refused by its type, and a batch by a name that is none', async () => {
    expect((await send(world, us(), 'a,b', { type: 'application/pdf' })).status).toBe(415);
    expect((await call(world.url, 'GET', '/v1/claim-batches/not-a-batch', { token: us().token })).status).toBe(400);
    const { body: { id } } = await send(world, us(), csvOf([rowOf(1)]));
    expect((await call(world.url, 'GET', `/v1/claim-batches/${id}/items?state=lost`, { token: us().token })).status).toBe(400);
    expect((await call(world.url, 'GET', `/v1/claim-batches/${id}/items?cursor=nonsense`, { token: us().token })).status).toBe(400);
  });
});

describe('filing', () => {
  it('needs the version that was seen', async () => {
    const { body: { id, version } } = await send(world, us(), csvOf([rowOf(20)]));
    const ask = (headers: Record<string, string>): Promise<Answer> => call(world.url, 'POST', `/v1/claim-batches/${id}/commits`, { token: us().token, headers });
    await checkAll(world, id);
    expect((await ask({})).status).toBe(428);
    expect((await ask({ 'if-match': `"${version}"` })).status).toBe(412);
    expect((await commit(world, us(), id)).status).toBe(202);
    await fileAll(world, id);
    expect((await itemsOf(world, us(), id))[0]?.state).toBe('filed');
  });

  it('names the claim that is in a row\'s way, in words and by its reference', async () => {
    const first = await through(world, us(), csvOf([rowOf(30)]));
    const [filed] = await itemsOf(world, us(), first.id);
    const second = await through(world, us(), csvOf([rowOf(30, { external_id: 'row-30-again' })]), { query: '?ceilingPercent=100' });
    const [refused] = await itemsOf(world, us(), second.id);
    expect(refused).toMatchObject({ state: 'failed', errors: [{ code: 'claims.already_claimed' }] });
    expect(refused?.errors[0]?.detail).toContain(filed?.claim?.reference);
  });
});

describe('a row that names a business with an account of its own, by its number', () => {
  const named = (n: number, change: Record<string, string> = {}): string => csvOf([rowOf(n, { registration_scheme: 'gb-coh', registration_number: '0044 5790', site_name: 'corner café,  harbour street', ...change })]);
  const businesses = async (): Promise<number> => (await owner.query<{ count: number }>('SELECT count(*)::int AS count FROM merchant')).rows[0]?.count ?? -1;
  const settled = async (agency: Agency, file: string) => {
    const { id } = await through(world, agency, file, { query: '?ceilingPercent=100' });
    return (await itemsOf(world, agency, id))[0];
  };
  beforeAll(async () => {
    await owner.query(`UPDATE merchant SET version = version + 1, registration_scheme = 'gb-coh', registration_value = '00445790' WHERE id = $1`, [world.world.merchantId]);
  });

  it('is refused in words that say what to do, and nothing of the business; one that nobody verified is in nobody\'s way', async () => {
    const before = await businesses();
    const row = await settled(us(), named(40));
    expect(row).toMatchObject({ state: 'faulty', errors: [{ column: 'registration_number', code: 'batches.business_known' }] });
    expect(row?.errors[0]?.detail).toContain('POST /v1/mandates');
    expect(JSON.stringify(row)).not.toMatch(new RegExp(`Corner|${world.world.merchantId}`));
    expect(await businesses()).toBe(before);
    await owner.query('UPDATE merchant SET version = version + 1, verified_at = NULL, verified_by = NULL WHERE id = $1', [world.world.merchantId]);
    expect(await settled(them(), named(41))).toMatchObject({ state: 'filed' });
    await owner.query(`UPDATE merchant SET version = version + 1, verified_at = now(), verified_by = (SELECT id FROM app_user LIMIT 1) WHERE id = $1`, [world.world.merchantId]);
  });

  it('is filed under the mandate once the business has confirmed it: not before, for no other fee, and for no shop that the business does not have', async () => {
    const { merchantId, siteId } = world.world;
    const { status, body: { id } } = await call<{ id: string }>(world.url, 'POST', '/v1/mandates', {
      token: us().token, body: { merchantId, document: { name: 'letter.pdf' }, fee: { share: '15%', words: '15 % of what is paid' }, language: 'en' },
    });
    expect(status).toBe(201);
    expect(await settled(us(), named(50))).toMatchObject({ errors: [{ code: 'batches.business_known' }] });
    const { body: seen } = await world.as<{ version: number }>('owner', 'GET', `/v1/mandates/${id}`);
    expect((await world.as('owner', 'POST', `/v1/mandates/${id}/acceptances`, ifMatch(seen.version))).status).toBe(201);
    const before = await businesses();
    expect(await settled(us(), named(51, { site_name: 'Another shop' }))).toMatchObject({ state: 'failed', errors: [{ column: 'site_name', code: 'batches.place_unknown' }] });
    expect(await settled(us(), named(52, { agent_fee: '20%' }))).toMatchObject({ state: 'failed', errors: [{ column: 'agent_fee', code: 'agents.mandate_differs' }] });
    const row = await settled(us(), named(50));
    expect(row?.state).toBe('filed');
    const { rows } = await owner.query('SELECT merchant_id, site_id, mandate_id FROM claim WHERE id = $1', [row?.claim?.id]);
    expect(rows).toEqual([{ merchant_id: merchantId, site_id: siteId, mandate_id: id }]);
    expect(await businesses()).toBe(before);
  });
});
