import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call, type Answer } from '../support/app.js';
import { ifMatch, openWorld, type Person, type World } from '../support/world.js';

const NOBODY = '01900000-0000-7000-8000-000000000009';
const TYPED = { kind: 'cannot_sign_in', name: 'Mina Kim', business: '12345678', contact: 'mina@shop.example', told: 'My telephone fell into the sea.', language: 'en' };

let world: World;
let owner: Client;
let n = 0;
beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

type Told = Record<string, unknown> & { code: string; errors?: { pointer: string; code: string }[] };
const ask = (change: Record<string, unknown> = {}, options: Parameters<typeof call>[3] = {}): Promise<Answer<Told>> =>
  call<Told>(world.url, 'POST', '/v1/recovery-requests', { body: { ...TYPED, contact: `mina-${n}@shop.example`, ...change }, ...options });
const held = async (): Promise<number> => Number((await owner.query<{ count: string }>('SELECT count(*) FROM recovery_request')).rows[0]?.count);
const as = (person: Person, method: string, path: string, options: object = {}) => world.as<Told>(person, method, path, options);
/** Every refusal is one of ours, in words, without what is inside. */
function inWords({ status, body, headers }: Answer<Told>, expected: { status: number; code: string }): void {
  expect({ status, code: body.code, type: headers['content-type'] }).toEqual({ ...expected, type: 'application/problem+json' });
  expect(String(body['detail'])).not.toMatch(/\{\w+\}|undefined|SELECT|node_modules/);
}

describe('a request to get back in, with bad input', () => {
  it.each([
    ['no body', undefined], ['a list', []], ['a number for a name', { ...TYPED, name: 7 }], ['another kind', { ...TYPED, kind: 'let_me_in' }], ['another language', { ...TYPED, language: 'tlh' }],
    ['a field nobody asked for', { ...TYPED, isStaff: true }], ['a name too long', { ...TYPED, name: 'x'.repeat(201) }], ['a business too long', { ...TYPED, business: '1'.repeat(81) }],
    ['an address too long', { ...TYPED, contact: `${'x'.repeat(200)}@x.example` }], ['a story too long', { ...TYPED, told: 'x'.repeat(4_001) }], ['an object for a story', { ...TYPED, told: { $ne: '' } }],
    ['nothing told', (({ told: _told, ...rest }) => rest)(TYPED)],
  ])('of another form is refused and keeps nothing: %s', async (_what, body) => {
    const before = await held();
    inWords(await call<Told>(world.url, 'POST', '/v1/recovery-requests', body === undefined ? { raw: '', type: 'application/json' } : { body }), { status: 400, code: body === undefined ? 'http.malformed' : 'http.shape' });
    expect(await held()).toBe(before);
  });

  it.each([
    ['blank', { name: ' ', business: '\t', told: ' '.repeat(40) }, ['/name', '/business', '/told']], ['an address of nothing', { contact: 'call me' }, ['/contact']], ['a word for a story', { told: 'help' }, ['/told']],
    ['a telephone for a new owner', { kind: 'changed_hands', contact: '+44 7700 900123' }, ['/contact']],
  ])('that says too little names every field: %s', async (_what, change, pointers) => {
    const answer = await ask(change);
    inWords(answer, { status: 422, code: 'recoveries.incomplete' });
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it.each([['NUL', '{"name":"a\\u0000"}', 400, 'http.malformed'], ['a lone surrogate', '{"name":"\\ud800"}', 400, 'http.malformed'], ['a key twice', '{"name":"a","name":"b"}', 400, 'http.malformed'], ['half of it', '{"name":', 400, 'http.malformed']])(
    'that is no JSON of ours is refused: %s', async (_what, raw, status, code) => { inWords(await ask({}, { body: undefined, raw }), { status, code }); });

  it('that is a megabyte, or a form, is refused before it is read', async () => {
    inWords(await ask({ told: 'x'.repeat(1_100_000) }), { status: 413, code: 'http.too_large' });
    inWords(await ask({}, { body: undefined, raw: 'kind=cannot_sign_in', type: 'application/x-www-form-urlencoded' }), { status: 415, code: 'http.media_type' });
  });

  it('about a claim or a number nobody has is answered like any other, word for word but for the reference', async () => {
    const answers = [];
    for (const business of ['MG-7K3P-92Q4-X', 'MG-0000-0000-0', '999-99-99999', "'; DROP TABLE merchant; --", '<script>alert(1)</script>', '가'.repeat(80)]) {
      n += 1;
      answers.push(await ask({ business }));
    }
    expect(new Set(answers.map(({ status, body }) => `${status} ${Object.keys(body).join()}`))).toEqual(new Set(['202 reference,answerBy']));
  });

  it('sent again under its key is one request, and another story under that key is refused', async () => {
    n += 1;
    const key = { headers: { 'idempotency-key': 'recovery-once' } };
    const [before, first, again] = [await held(), await ask({}, key), await ask({}, key)];
    expect([first.status, again.body, await held()]).toEqual([202, first.body, before + 1]);
    inWords(await ask({ told: 'It was stolen in the market.' }, key), { status: 422, code: 'idempotency.key_reused' });
    // A double click without a key: two requests, two references, and the fourth has to wait.
    n += 1;
    const statuses = [];
    for (let tries = 0; tries < 4; tries += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([202, 202, 202, 429]);
  });
});

describe('what staff send about a request, with bad input', () => {
  let self: string;
  beforeAll(async () => {
    n += 1;
    await ask();
    const { body } = await as('reviewer', 'GET', '/v1/recovery-requests?limit=200');
    self = (body['items'] as { self: string }[]).at(-1)?.self ?? '';
  });

  it('is refused for a request that is not there, and for whoever may not see it', async () => {
    inWords(await as('reviewer', 'GET', `/v1/recovery-requests/${NOBODY}`), { status: 404, code: 'recoveries.not_found' });
    inWords(await as('reviewer', 'GET', '/v1/recovery-requests/one'), { status: 400, code: 'http.malformed' });
    inWords(await as('owner', 'GET', self), { status: 403, code: 'access.permission' });
    inWords(await call<Told>(world.url, 'GET', self), { status: 401, code: 'access.unauthenticated' });
    inWords(await call<Told>(world.url, 'GET', self, { token: 'x'.repeat(43) }), { status: 401, code: 'access.expired' });
  });

  it.each([
    ['matches', {}, 400, 'http.shape'], ['matches', { business: 'x'.repeat(81) }, 400, 'http.shape'], ['matches', { business: 'MG-7K3P-92Q4-X' }, 422, 'recoveries.merchant_unknown'],
    ['recommendations', { reason: 'x'.repeat(4_001) }, 400, 'http.shape'], ['recommendations', { reason: 'short' }, 422, 'recoveries.reason_missing'], ['recommendations', { reason: 'A long enough reason.', personId: 'me' }, 400, 'http.shape'],
    ['recommendations', { reason: 'A long enough reason.', personId: NOBODY }, 409, 'recoveries.unmatched'], ['refusals', { reason: '' }, 400, 'http.shape'], ['refusals', { reason: 'no' }, 422, 'recoveries.reason_missing'],
  ])('%s: %j', async (path, body, status, code) => {
    const { headers } = await as('reviewer', 'GET', self);
    inWords(await as('reviewer', 'POST', `${self}/${path}`, { body, headers: { 'if-match': headers['etag'] ?? '"1"' } }), { status, code });
  });

  it('is refused without the version, and for another', async () => {
    const body = { reason: 'Nobody answered the telephone.' };
    inWords(await as('reviewer', 'POST', `${self}/refusals`, { body }), { status: 428, code: 'http.if_match_missing' });
    inWords(await as('reviewer', 'POST', `${self}/refusals`, { body, headers: { 'if-match': 'W/"1"' } }), { status: 400, code: 'http.if_match_malformed' });
    inWords(await as('reviewer', 'POST', `${self}/refusals`, { body, ...ifMatch(99) }), { status: 412, code: 'http.stale' });
  });
});

describe('the link that stops everything, with bad input', () => {
  it.each([['a token nobody has', 'A'.repeat(43), 404], ['a short one', 'x', 404], ['a very long one', 'x'.repeat(2_000), 400], ['no letters', '%F0%9F%98%80', 404], ['a way out', '..%2F..%2Fclaims', 404]])('%s says nothing and stops nothing', async (_what, token, status) => {
    const answer = await fetch(`${world.url}/en/recovery/stop/${token}`);
    expect(answer.status).toBe(status);
    const page = await answer.text();
    expect(page).not.toMatch(/Mina|mina-|shop\.example/);
    expect((await owner.query("SELECT FROM recovery_request WHERE state = 'stopped'")).rowCount).toBe(0);
  });
});
