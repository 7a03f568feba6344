import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../support/app.js';
import { newSite } from '../support/claims.js';
import { CAFE_SALES, DECLARED, draftClaim, ifMatch, openWorld, OUTAGE_WINDOW, submit, uploadSales, type World } from '../support/world.js';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(async () => { await world.close(); });

const create = (change: Record<string, unknown>, headers = {}) => world.as('owner', 'POST', '/v1/claims', {
  body: { schemeId: world.world.schemeId, siteId: world.world.siteId, window: OUTAGE_WINDOW, answers: {}, ...change }, headers,
});
const window = (from: string, to: string) => ({ window: { from, to } });

it.each([['supervisor', '/v1/bulk-actions'], ['owner', '/v1/claims']] as const)('a list in the place of an object is refused in words: %s, %s', async (person, path) => {
  for (const body of [[], [null, {}], [{ kind: 'release' }]]) {
    expect(await world.as(person, 'POST', path, { body })).toMatchObject({ status: 400, body: { code: 'http.shape', errors: [{ detail: expect.stringContaining('must be an object') }] } });
  }
});

describe('a claim with bad input gets a clear answer', () => {
  it.each([
    ['a reversed window', window('2026-10-13T14:00:00+01:00', '2026-10-13T10:00:00+01:00'), 'time.reversed', '/window'],
    ['an empty window', window('2026-10-13T10:00:00+01:00', '2026-10-13T10:00:00+01:00'), 'time.empty', '/window'],
    ['a local time without a zone', window('2026-10-13T10:00:00', '2026-10-13T14:00:00+01:00'), 'time.zone_missing', '/window/from'],
    ['a time finer than a millisecond', window('2026-10-13T10:00:00.00001+01:00', '2026-10-13T14:00:00+01:00'), 'time.too_fine', '/window/from'],
    ['a date that does not exist', window('2026-02-30T10:00:00Z', '2026-10-13T14:00:00+01:00'), 'time.malformed', '/window/from'],
    ['a window outside the record', window('2026-09-01T10:00:00Z', '2026-09-01T14:00:00Z'), 'claims.window_not_recorded', '/window'],
    ['a window that is not over', window('2026-10-13T10:00:00Z', '2027-02-01T14:00:00Z'), 'claims.window_in_future', '/window/to'],
    ['a service the scheme does not cover', { services: ['harbourline.messages'] }, 'claims.service_not_covered', '/services'],
    ['a fraction of a penny', { declaredLoss: { amount: '12.345', currency: 'GBP' } }, 'money.too_fine', '/declaredLoss'],
    ['an unknown currency', { declaredLoss: { amount: '12', currency: 'ZZZ' } }, 'money.currency_unknown', '/declaredLoss'],
    ['another currency', { declaredLoss: { amount: '12', currency: 'EUR' } }, 'claims.currency_differs', '/declaredLoss/currency'],
    ['a negative amount', { declaredLoss: { amount: '-12', currency: 'GBP' } }, 'claims.declared_negative', '/declaredLoss'],
    ['half a won', { declaredLoss: { amount: '0.5', currency: 'KRW' } }, 'money.too_fine', '/declaredLoss'],
    ['an amount beyond what is kept', { declaredLoss: { amount: '9007199254740993', currency: 'GBP' } }, 'money.out_of_range', '/declaredLoss'],
    ['an exponent', { declaredLoss: { amount: '1e3', currency: 'GBP' } }, 'money.malformed', '/declaredLoss'],
    ['an answer nobody asked for', { answers: { favouriteColour: 'blue' } }, 'claims.answers_incomplete', '/answers/favouriteColour'],
    ['a margin that is no ratio', { answers: { grossMargin: 'lots' } }, 'claims.answers_incomplete', '/answers/grossMargin'],
  ])('%s', async (_what, change, code, pointer) => {
    const { status, body, headers } = await create(change);
    expect({ status, code: body['code'], type: headers['content-type'] }).toEqual({ status: 422, code, type: 'application/problem+json' });
    expect((body['errors'] as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
    expect(String(body['detail'])).not.toMatch(/\{\w+\}/);
  });

  it.each([
    ['a float as money', { declaredLoss: { amount: 12.5, currency: 'GBP' } }, '/declaredLoss/amount'],
    ['a field nobody knows', { amountMinor: '1' }, '/amountMinor'],
    ['an id that is none', { siteId: '7' }, '/siteId'],
  ])('%s is a matter of shape', async (_what, change, pointer) => {
    const { status, body } = await create(change);
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'http.shape' });
    expect((body['errors'] as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
  });

  it.each([
    ['a number beyond 2^53', '{"schemeId": 9007199254740993}', /beyond 2\^53/], ['a duplicate key', '{"a":1,"a":2}', /stands twice/],
    ['depth', '['.repeat(40) + ']'.repeat(40), /nested deeper/], ['a prototype', '{"__proto__":{}}', /__proto__/], ['half a surrogate', '{"a":"\\ud800"}', /surrogate/],
    ['NUL', '{"a":"\\u0000"}', /NUL/], ['broken JSON', '{"a":', /not valid JSON/], ['an empty body', '', /valid JSON|rule/],
  ])('JSON with %s is refused in words', async (_what, raw, why) => {
    const { status, body } = await world.as('owner', 'POST', '/v1/claims', { raw, type: 'application/json' });
    expect(status).toBe(400);
    expect(String(body['detail'])).toMatch(why);
  });

  it('times in a clock gap or fold are refused by their line of the file', async () => {
    const draft = await draftClaim(world);
    const csv = 'at,kind,amount\n2026-03-29 01:30:00,sale,1.00\n2026-10-25 01:30:00,sale,1.00\n2026-10-12 10:00:00,sale,1.50\n';
    const answer = await uploadSales(world, draft.id, csv, { zone: 'Europe/London', mapping: JSON.stringify({ at: 'at', amount: 'amount', kind: 'kind' }) });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toMatch(/Line 2: clocks in Europe.London skipped/);
    expect(JSON.stringify(answer.body)).toMatch(/Line 3: clocks in Europe.London showed .* twice/);
  });
});

describe('the order of checks', () => {
  it('without a token 401, with one that is unknown 401, without the permission 403', async () => {
    expect((await call(world.url, 'GET', '/v1/claims')).status).toBe(401);
    expect(await call(world.url, 'GET', '/v1/claims', { token: 'x'.repeat(43) })).toMatchObject({ status: 401, body: { code: 'access.expired' } });
    expect(await world.as('owner', 'GET', '/v1/funds')).toMatchObject({ status: 403, body: { code: 'access.permission' } });
  });

  it('not yours is answered like not there', async () => {
    const draft = await draftClaim(world);
    const strip = ({ body, status }: { body: Record<string, unknown>; status: number }) => ({ ...body, status, instance: '' });
    const other = await world.as('administrator', 'POST', '/v1/users', { body: { email: `o${draft.id}@x.example`, name: 'Other', password: 'a long enough password' } });
    expect(other.status).toBe(201);
    const { body } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: `o${draft.id}@x.example`, password: 'a long enough password' } });
    await call(world.url, 'POST', '/v1/merchants', { token: body.token, body: { legalName: 'Other', registration: { scheme: 'none', value: '' }, sector: { system: 'x', code: 'food' }, country: 'GB', language: 'en', zone: 'UTC', sizes: [] } });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const theirs = await call(world.url, 'GET', `/v1/claims/${draft.id}`, { token: body.token });
    const nobodys = await call(world.url, 'GET', '/v1/claims/01900000-0000-7000-8000-000000000000', { token: body.token });
    expect(theirs.status).toBe(404);
    expect(strip(theirs)).toEqual(strip(nobodys));
  });

  it('without If-Match 428, with an old one 412, in the wrong state 409 with what is possible', async () => {
    const draft = await draftClaim(world);
    expect((await world.as('owner', 'POST', `/v1/claims/${draft.id}/submissions`, { body: DECLARED })).status).toBe(428);
    expect(await world.as('owner', 'PATCH', `/v1/claims/${draft.id}`, { body: {}, ...ifMatch(99) })).toMatchObject({ status: 412, body: { params: { seen: 99, current: 1 } } });
    expect(await world.as('owner', 'POST', `/v1/claims/${draft.id}/withdrawals`, { ...ifMatch(1) })).toMatchObject({ status: 409, body: { code: 'machine.not_allowed', params: { allowed: ['submit'] } } });
  });

  it('the same key gives the stored answer once more; with another body it is refused', async () => {
    const headers = { 'idempotency-key': 'a-key-of-mine' };
    const first = await create({}, headers);
    const again = await create({}, headers);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(first.headers['location']).toBe(`/v1/claims/${String(first.body['id'])}`);
    expect(first.headers['etag']).toBe('"1"');
    expect(await create({ answers: { takeTariff: true } }, headers)).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
    expect((await create(window('2026-10-13T14:00:00Z', '2026-10-13T10:00:00Z'), { 'idempotency-key': 'refused' })).status).toBe(422);
    expect((await create({}, { 'idempotency-key': 'refused' })).status).toBe(201);
  });
});

describe('below the framework', () => {
  const raw = (text: string): Promise<string> => new Promise((resolve, reject) => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => { answer += chunk.toString(); }).on('close', () => resolve(answer)).on('error', reject);
    socket.setTimeout(3_000, () => { socket.destroy(); });
  });

  it.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400], ['no Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a header too long', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    ['a bad escape', 'GET /%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['two lengths', 'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}', 400],
  ])('%s is answered by a problem document', async (_what, text, status) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    expect(answer).toMatch(/application\/problem\+json/);
    expect(answer).not.toMatch(/at .*\.js|node_modules|SELECT/);
  });

  it.each([
    ['GET', '/nothing', 404], ['DELETE', '/v1/claims', 404], ['GET', '/v1/../etc/passwd', 404],
  ])('%s %s is %s', async (method, path, status) => {
    const answer = await world.as('owner', method, path);
    expect({ status: answer.status, type: answer.headers['content-type'] }).toEqual({ status, type: 'application/problem+json' });
  });

  it('forms and unknown types are not taken, and too much is too much', async () => {
    expect((await world.as('owner', 'POST', '/v1/claims', { raw: 'a=b', type: 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await world.as('owner', 'POST', '/v1/claims', { raw: `{"a":"${'x'.repeat(1_100_000)}"}`, type: 'application/json' })).status).toBe(413);
  });
});

describe('many at once', () => {
  it('a double click files one claim', async () => {
    const draft = await draftClaim(world);
    const answers = await Promise.all([submit(world, draft), submit(world, draft)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('claims of one head over the same time do not both live, whatever their schemes', async () => {
    const { outageId, schemeId } = world.world;
    const scheme = await world.as<{ id: string }>('policyAuthor', 'POST', '/v1/schemes', {
      body: {
        code: 'another-offer', policyKey: 'default-gbp', outageIds: [outageId], zone: 'Europe/London', title: { en: 'Another offer' }, contact: { name: 'Care' },
        opensAt: '2026-10-14T00:00:00Z', closesAt: '2036-01-01T00:00:00Z', texts: ['terms', 'limitation', 'who_decides'].map((kind) => ({ kind, language: 'en', body: kind })),
      },
    });
    expect(scheme.status).toBe(201);
    const siteId = await newSite(world);
    const [first, second] = [await draftClaim(world, { siteId, schemeId }), await draftClaim(world, { siteId, schemeId: scheme.body.id })];
    expect((await submit(world, first)).status).toBe(201);
    const { reference } = (await world.as<{ reference: string }>('owner', 'GET', `/v1/claims/${first.id}`)).body;
    const { status, body } = await submit(world, second);
    expect({ status, code: body['code'] }).toEqual({ status: 409, code: 'claims.overlaps' });
    expect(String(body['detail'])).toContain(reference);
  });

  it('200 submissions of the same claim at once are one claim, and a second claim for scheme and site names the first', async () => {
    const site = await world.as<{ id: string }>('owner', 'POST', `/v1/merchants/${world.world.merchantId}/sites`, {
      body: { name: 'Second site', online: false, country: 'GB', openingHours: { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '07:00', closes: '18:00' }], exceptions: [] } },
    });
    await world.as('owner', 'POST', `/v1/sites/${site.body.id}/enrolments`, { body: { service: 'harbourline.payments', from: '2025-01-01T00:00:00Z' } });
    const drafts = await Promise.all(Array.from({ length: 10 }, () => draftClaim(world, { siteId: site.body.id })));
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => submit(world, drafts[i % 10] as { id: string; version: number }, { 'idempotency-key': `k${i % 10}` })));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect(answers.filter(({ status }) => status >= 500 && status !== 503)).toEqual([]);
    const filed = await world.as<{ items: { siteId: string; state: string; reference: string }[] }>('owner', 'GET', '/v1/claims?limit=200');
    const live = filed.body.items.filter(({ siteId, state }) => siteId === site.body.id && state !== 'draft');
    expect(live).toHaveLength(1);
    expect(count(201)).toBeGreaterThanOrEqual(1);
    const refused = answers.find(({ body }) => body['code'] === 'claims.already_claimed');
    const late = await submit(world, drafts.at(-1) as { id: string; version: number });
    expect([refused?.body['detail'], late.body['detail']].join()).toContain(live[0]?.reference);
  });
});

describe('sales', () => {
  it('with faults are refused with every line, and the right file is read afterwards', async () => {
    const draft = await draftClaim(world);
    const broken = CAFE_SALES.split('\n').map((line, index) => (index === 3 || index === 9 ? line.replace(/,sale,[\d.]+/, ',sale,abc') : line)).join('\n');
    const refused = await uploadSales(world, draft.id, broken);
    expect(refused.status).toBe(422);
    expect((refused.body['errors'] as unknown[]).length).toBeGreaterThanOrEqual(2);
    expect((await uploadSales(world, draft.id)).status).toBe(201);
  });
});
