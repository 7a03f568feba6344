import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call, type Answer } from '../support/app.js';
import { OPERATIONS } from '../support/operations.js';
import { signedIn } from '../support/personas.js';
import { CAFE_COVERAGE, CAFE_SALES, DECLARED, draftClaim, MAPPING, openWorld, OUTAGE_WINDOW, type World } from '../support/world.js';

let world: World;
let owner: Client;
beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

const create = (key: string, change: Record<string, unknown> = {}, token = world.tokens.owner): Promise<Answer> => call(world.url, 'POST', '/v1/claims', {
  token, headers: { 'idempotency-key': key }, body: { schemeId: world.world.schemeId, siteId: world.world.siteId, window: OUTAGE_WINDOW, answers: {}, ...change },
});
const submit = (claim: { id: string }, key: string, version = 1): Promise<Answer> =>
  world.as('owner', 'POST', `/v1/claims/${claim.id}/submissions`, { body: DECLARED, headers: { 'if-match': `"${version}"`, 'idempotency-key': key } });
const keys = async (key: string): Promise<number> => (await owner.query('SELECT FROM idempotency WHERE key = $1', [key])).rowCount ?? 0;

describe('an Idempotency-Key', () => {
  it('is taken by every POST but those whose answer holds a secret, and those that store nothing', () => {
    const without = OPERATIONS.filter(({ method, headers }) => method === 'POST' && !headers.includes('Idempotency-Key')).map(({ name }) => name);
    const withSecret = ['/sessions', '/sessions/current/proofs', '/sign-in-codes', '/sign-in-codes/proofs', '/sign-ups', '/account/proof-codes', '/account/proofs', '/account/passkey-questions', '/account/passkey-proofs', '/merchants/{id}/payee-accounts/{accountId}/reveals', '/outage-sources'];
    const storingNothing = ['/policies/{key}/versions/{version}/test-runs', '/eligibility-checks'];
    // A notice is told again until it is taken, and changes nothing the second time.
    const told = ['/mail-events', '/outage-sources/{id}/alerts'];
    expect(new Set(without)).toEqual(new Set([...withSecret, ...storingNothing, ...told].map((path) => `POST /v1${path}`)));
  });

  it('gives the stored answer again: same status, body, ETag and Location, and says so', async () => {
    const [first, again] = [await create('replay'), await create('replay')];
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect([again.headers['etag'], again.headers['location']]).toEqual([first.headers['etag'], first.headers['location']]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
  });

  it('gives the answer of a command even after the state has moved on', async () => {
    const draft = await draftClaim(world);
    const first = await submit(draft, 'once');
    expect([first.status, (await submit(draft, 'once')).body]).toEqual([201, first.body]);
  });

  it('is another request with another body, whatever the order of the members', async () => {
    await create('body', { answers: { takeTariff: true } });
    expect(await create('body', { answers: { takeTariff: false } })).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
    expect((await create('body', { services: undefined, answers: { takeTariff: true } })).status).toBe(201);
  });

  it('is another request with another If-Match', async () => {
    const draft = await draftClaim(world, { window: { from: '2026-10-13T11:00:00+01:00', to: '2026-10-13T12:00:00+01:00' } });
    await submit(draft, 'if-match', 9);
    expect(await keys('if-match')).toBe(0);
    const edited = await world.as('administrator', 'POST', '/v1/users', { headers: { 'idempotency-key': 'if-match-2', 'if-match': '"1"' }, body: { email: 'k@x.example', name: 'K', password: 'a long enough password' } });
    expect(edited.status).toBe(201);
    expect(await world.as('administrator', 'POST', '/v1/users', { headers: { 'idempotency-key': 'if-match-2', 'if-match': '"2"' }, body: { email: 'k@x.example', name: 'K', password: 'a long enough password' } }))
      .toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
  });

  it('that is in flight is answered 409 at once, and once it is done with the stored answer', async () => {
    await owner.query('BEGIN; LOCK TABLE claim IN ACCESS EXCLUSIVE MODE');
    const first = create('flight');
    await new Promise((resolve) => setTimeout(resolve, 200));
    let isOver = false;
    void first.then(() => { isOver = true; });
    expect(await create('flight')).toMatchObject({ status: 409, body: { code: 'idempotency.in_flight' } });
    expect(isOver).toBe(false);
    await owner.query('ROLLBACK');
    const { body } = await first;
    expect((await create('flight')).body).toEqual(body);
  });

  it('is free again after a refusal: of meaning, of form, of the state', async () => {
    expect((await create('free', { window: { from: '2026-10-13T14:00:00Z', to: '2026-10-13T10:00:00Z' } })).status).toBe(422);
    expect((await create('free', { siteId: 'x' })).status).toBe(400);
    expect((await create('free', { siteId: '01900000-0000-7000-8000-000000000000' })).status).toBe(404);
    expect(await keys('free')).toBe(0);
    expect((await create('free')).status).toBe(201);
  });

  it('of somebody else is not seen', async () => {
    const other = await signedIn(world, 'key_twin', { member: { merchantId: world.world.merchantId, role: 'member' } });
    const [mine, theirs] = [await create('shared'), await create('shared', {}, other)];
    expect([mine.status, theirs.status, theirs.headers['idempotency-replayed']]).toEqual([201, 201, undefined]);
    expect(theirs.body['id']).not.toBe(mine.body['id']);
  });

  it('for another address is another key', async () => {
    const [one, two] = [await draftClaim(world), await draftClaim(world)];
    const upload = (id: string) => world.as('owner', 'POST', `/v1/claims/${id}/sales-records?currency=GBP&basis=net_of_tax`, {
      raw: 'at,amount\n2026-10-12T10:00:00Z,1.00\n', type: 'text/csv', headers: { 'idempotency-key': 'address' },
    });
    expect([(await upload(one.id)).body['subjectId'] ?? one.id, (await upload(two.id)).status]).toEqual([one.id, 201]);
    expect(await keys('address')).toBe(2);
  });

  it('does not give a stored answer to a person who has lost a right since', async () => {
    const { body } = await world.as<{ id: string }>('owner', 'POST', '/v1/merchants', {
      body: { legalName: 'Second', registration: { scheme: 'none', value: '' }, sector: { system: 'x', code: 'food' }, country: 'GB', language: 'en', zone: 'UTC', sizes: [] },
    });
    const leaver = await signedIn(world, 'leaver', { member: { merchantId: world.world.merchantId, role: 'member' } });
    await owner.query(`INSERT INTO membership (user_id, merchant_id, role) SELECT id, $1, 'member' FROM app_user WHERE email = 'leaver@persona.example'`, [body.id]);
    expect((await create('leaver', {}, leaver)).status).toBe(201);
    expect((await create('leaver', {}, leaver)).status).toBe(201);
    await owner.query(`DELETE FROM membership WHERE merchant_id = $1 AND user_id = (SELECT id FROM app_user WHERE email = 'leaver@persona.example')`, [world.world.merchantId]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await create('leaver', {}, leaver)).toMatchObject({ status: 409, body: { code: 'idempotency.answered_meanwhile' } });
  });

  it.each([['a space', 'a b'], ['201 characters', 'k'.repeat(201)], ['another alphabet', 'clé']])('with %s is refused', async (_what, key) => {
    const { status, body } = await call(world.url, 'POST', '/v1/claims', { token: world.tokens.owner, body: {}, headers: { 'idempotency-key': Buffer.from(key).toString('latin1') } });
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'idempotency.key_malformed' });
  });
});

describe('an Idempotency-Key on an upload', () => {
  const upload = (id: string, key: string, csv = CAFE_SALES, basis = 'net_of_tax'): Promise<Answer> =>
    world.as('owner', 'POST', `/v1/claims/${id}/sales-records?${new URLSearchParams({ currency: 'GBP', basis, coverage: CAFE_COVERAGE, mapping: MAPPING }).toString()}`, {
      raw: csv, type: 'text/csv', headers: { 'idempotency-key': key },
    });

  async function form(id: string, key: string, csv = CAFE_SALES): Promise<Answer> {
    const body = new FormData();
    for (const [name, value] of Object.entries({ currency: 'GBP', basis: 'net_of_tax', coverage: CAFE_COVERAGE, mapping: MAPPING })) body.set(name, value);
    body.set('file', new Blob([csv]), 'sales.csv');
    const response = await fetch(`${world.url}/v1/claims/${id}/sales-records`, { method: 'POST', body, headers: { authorization: `Bearer ${world.tokens.owner}`, 'idempotency-key': key } });
    return { status: response.status, body: await response.json() as Record<string, unknown>, headers: Object.fromEntries(response.headers) };
  }

  it('stores the file once, and says so', async () => {
    const { id } = await draftClaim(world);
    const [first, again] = [await upload(id, 'file'), await upload(id, 'file')];
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect((await world.as<{ items: unknown[] }>('owner', 'GET', `/v1/claims/${id}/sales-records`)).body.items).toHaveLength(1);
  });

  it('belongs to another request when the file or what was said about it differs', async () => {
    const { id } = await draftClaim(world);
    await upload(id, 'other-file');
    const reused = { status: 422, body: { code: 'idempotency.key_reused' } };
    expect(await upload(id, 'other-file', CAFE_SALES.split('\n').slice(0, 50).join('\n'))).toMatchObject(reused);
    expect(await upload(id, 'other-file', CAFE_SALES, 'gross')).toMatchObject(reused);
  });

  it('works for a form as well, whose boundary is new each time', async () => {
    const { id } = await draftClaim(world);
    const [first, again] = [await form(id, 'form'), await form(id, 'form')];
    expect([first.status, again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, 201, first.body, 'true']);
    expect(await form(id, 'form', CAFE_SALES.split('\n').slice(0, 50).join('\n'))).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
  });
});
