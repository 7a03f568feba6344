import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutageView } from '../../src/modules/outages/index.js';
import { call, type Answer } from '../support/app.js';
import { another, app, applied, closed, create, down, editor, get, match, opened, outage, type Problem, rehearsed, reviewer, send } from '../support/register-desk.js';

beforeAll(opened);
afterAll(closed);

describe('services', () => {
  it('are public, form a tree, and are renamed with If-Match', async () => {
    const { body, headers } = await get<{ code: string; parts: string[]; version: number }>('/v1/services/pay');
    expect([body.parts, headers['etag']]).toEqual([['pay.card'], '"1"']);
    const renamed = await send<{ names: object }>('PATCH', '/v1/services/pay', editor, { names: { en: 'Paying' } }, match(body));
    expect([renamed.status, renamed.body.names, renamed.headers['etag']]).toEqual([200, { en: 'Paying' }, '"2"']);
    expect((await send('PATCH', '/v1/services/pay', editor, { names: { en: 'x' } }, match(body))).status).toBe(412);
    expect((await send('PATCH', '/v1/services/pay', editor, { names: { en: 'x' } })).status).toBe(428);
  });

  it.each([
    [{ code: 'pay', names: { en: 'x' } }, 409, 'services.code_taken'], [{ code: 'a', names: { en: 'x' }, parent: 'nope' }, 422, 'services.parent_unknown'],
    [{ code: 'Not A Code', names: { en: 'x' } }, 400, 'http.shape'], [{ code: 'a', names: {} }, 400, 'http.shape'],
  ])('%j is answered %i %s', async (body, status, code) => {
    const answer = await send<Problem>('POST', '/v1/services', editor, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('are listed page by page', async () => {
    const first = await get<{ items: { code: string }[]; nextCursor: string }>('/v1/services?limit=1');
    const second = await get<{ items: { code: string }[] }>(`/v1/services?limit=1&cursor=${first.body.nextCursor}`);
    expect([first.body.items[0]?.code, second.body.items[0]?.code]).toEqual(['pay', 'pay.card']);
  });
});

describe('an outage of 10,000 segments', () => {
  const MOST = 10_000;
  const many = (count: number, more: object = {}): object[] => Array.from({ length: count }, (_one, at) => ({
    service: 'pay.card', region: 'everywhere-else', from: new Date(Date.UTC(2026, 9, 1, 0, 0, at * 20)).toISOString(), to: new Date(Date.UTC(2026, 9, 1, 0, 0, at * 20 + 10)).toISOString(),
    state: 'degraded', level: '1/2', source: 'probe eu-west-1', evidence: `https://probe.example/${at}`, ...more,
  }));
  const scope = [{ services: ['pay.card'], regions: ['everywhere-else'], from: '2026-10-01T00:00:00Z', to: '2026-10-06T00:00:00Z' }];

  it('comes in one piece, and is amended in one', async () => {
    const drafted = await send('POST', '/v1/outages', editor, outage(many(MOST), { scope }));
    expect([drafted.status, drafted.body.segments.length, drafted.body.segments.at(-1)]).toEqual([201, MOST, expect.objectContaining({ level: '1/2', evidence: 'https://probe.example/9999' })]);
    const path = `/v1/outages/${drafted.body.id}`;
    const written = await send('PUT', `${path}/segments`, editor, { segments: many(MOST, { level: '1/4' }) }, match(drafted.body));
    expect([written.status, written.body.segments.length, written.body.segments[9_999]?.level]).toEqual([200, MOST, '1/4']);
    const confirmed = await send('POST', `${path}/confirmations`, another, { revision: 2 }, match(written.body));
    expect(confirmed.status).toBe(201);
    // Its page for everybody draws what a page can hold, and says that there is more.
    const page = await (await fetch(`${app.url}/en/outages/${drafted.body.code}`)).text();
    expect([page.includes('more stretches than a page can show'), page.length < 1_000_000]).toEqual([true, true]);
    const { code: _code, title: _title, ...content } = outage(many(MOST), { scope }) as { code: string; title: object };
    expect((await send('POST', `${path}/amendments`, editor, { ...content, reason: 'probe log' }, match(confirmed.body))).status).toBe(201);
  }, 60_000);

  it('is refused in words with one segment more', async () => {
    const { status, body } = await send<Problem>('POST', '/v1/outages', editor, outage(many(MOST + 1), { scope }));
    expect({ status, code: body.code, errors: body.errors }).toEqual({
      status: 400, code: 'http.shape', errors: [{ code: 'http.field', pointer: '/segments', detail: 'segments must contain no more than 10000 elements' }],
    });
  });

  it('is told how much is wrong with it, and no more of it than is read', async () => {
    const { status, body } = await send<Problem & { params: { count: number } }>('POST', '/v1/outages', editor, outage(Array.from({ length: MOST }, () => ({ nope: 1 })), { scope }));
    expect([status, body.code, body.params.count, body.errors?.length]).toEqual([400, 'http.shape', 5 * MOST, 100]);
  });

  it('is refused in words with more members than anything declared has, or more bytes', async () => {
    const members = await send<Problem>('POST', '/v1/outages', editor, { segments: Array.from({ length: 98_000 }, () => ({ a: 1 })) });
    expect([members.status, members.body.code, members.body.detail]).toEqual([400, 'http.malformed', expect.stringContaining('more than 98000 members')]);
    const bytes = await send<Problem>('POST', '/v1/outages', editor, outage(many(MOST, { evidence: 'x'.repeat(500) })));
    expect([bytes.status, bytes.body.code, bytes.body.detail]).toEqual([413, 'http.too_large', 'The limit here is 4194304 bytes.']);
  });

  it('is nothing that another route takes', async () => {
    const { status, body } = await send<Problem>('POST', '/v1/services', editor, { segments: many(200) });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('more than 1000 members')]);
    expect(await send<Problem>('POST', '/v1/services', editor, { text: 'x'.repeat(1_048_576) })).toMatchObject({ status: 413, body: { detail: 'The limit here is 1048576 bytes.' } });
  });
});

describe('an outage over HTTP', () => {
  it('is drafted, corrected, confirmed by another person, ended and finalised', async () => {
    const drafted = await send('POST', '/v1/outages', editor, outage([down('10:00', '11:00')]));
    expect([drafted.status, drafted.headers['location'], drafted.headers['etag']]).toEqual([201, `/v1/outages/${drafted.body.id}`, '"1"']);
    const path = `/v1/outages/${drafted.body.id}`;
    const corrected = await send('PUT', `${path}/segments`, editor, { segments: [down('10:00', '11:30'), down('11:30', '12:00', { state: 'degraded', level: '0.4' })] }, match(drafted.body));
    expect([corrected.status, corrected.body.segments[1]?.level]).toEqual([200, '2/5']);
    expect((await send<Problem>('POST', `${path}/confirmations`, editor, { revision: 2 }, match(corrected.body)))).toMatchObject({ status: 403, body: { code: 'outages.four_eyes' } });
    expect((await send<Problem>('POST', `${path}/confirmations`, another, { revision: 2 }))).toMatchObject({ status: 428 });
    const confirmed = await send('POST', `${path}/confirmations`, another, { revision: 2 }, match(corrected.body));
    expect([confirmed.status, confirmed.body.state, confirmed.body.allowed]).toEqual([201, 'confirmed', ['end']]);
    expect((await send<Problem>('PUT', `${path}/segments`, editor, { segments: [] }, match(confirmed.body)))).toMatchObject({ status: 409, body: { code: 'outages.not_draft' } });
    const ended = await send('POST', `${path}/endings`, editor, { endedAt: '2026-10-13T12:00:00+01:00' }, match(confirmed.body));
    const final = await send('POST', `${path}/finalisations`, another, {}, match(ended.body));
    expect([ended.body.state, final.body.state, final.body.endedAt]).toEqual(['ended', 'final', '2026-10-13T11:00:00.000Z']);
    expect((await get<OutageView>(path)).body).toEqual(final.body);
  });

  it('a repeated request with its key is answered once and the same', async () => {
    const body = outage();
    const key = { 'idempotency-key': 'draft-1' };
    const [first, second] = [await send('POST', '/v1/outages', editor, body, key), await send('POST', '/v1/outages', editor, body, key)];
    expect([second.headers['idempotency-replayed'], second.body]).toEqual(['true', first.body]);
    expect((await send<Problem>('POST', '/v1/outages', editor, outage(), key)).status).toBe(422);
  });

  it('every fault of its lines is told, with a pointer and a sentence', async () => {
    const answer = await send<Problem>('POST', '/v1/outages', editor, outage([
      down('11:00', '10:00'), down('10:00', '12:00'), down('11:00', '11:30'), down('12:00', '13:00', { service: 'pay.card' }), down('12:00', '13:00', { service: 'nope' }), down('21:00', '22:00'),
    ]));
    expect([answer.status, answer.body.code]).toEqual([422, 'outages.content_faulty']);
    expect(answer.body.errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/segments/0', 'outages.window_reversed'], ['/segments/4/service', 'outages.unknown_service'],
      ['/segments/5', 'outages.outside_scope'], ['/segments/2', 'outages.lines_overlap'],
    ]);
    expect(answer.body.errors?.at(-1)?.detail).toMatch(/^Segment 3 and Segment 2 overlap for pay.card in \* from 2026-10-13T10:00:00.000Z to 2026-10-13T10:30:00.000Z/);
    expect(answer.body.errors?.every(({ detail }) => !/[{}]/.test(detail))).toBe(true);
  });

  it.each([
    ['a local time without zone', down('10:00', '11:00', { from: '2026-10-13T10:00:00' }), 'time.zone_missing', '/segments/0/from'],
    ['a time finer than a millisecond', down('10:00', '11:00', { from: '2026-10-13T10:00:00.0001Z' }), 'time.too_fine', '/segments/0/from'],
    ['30 February', down('10:00', '11:00', { from: '2026-02-30T10:00:00Z' }), 'time.malformed', '/segments/0/from'],
    ['a level that is no ratio', down('10:00', '11:00', { state: 'degraded', level: 'half' }), 'ratio.malformed', '/segments/0/level'],
  ])('%s is refused at its place', async (_what, segment, code, pointer) => {
    const answer = await send<Problem>('POST', '/v1/outages', editor, outage([segment]));
    expect([answer.status, answer.body.errors?.map((error) => [error.code, error.pointer])]).toEqual([422, [[code, pointer]]]);
  });

  it.each([[down('10:00', '11:00', { level: 0.4 })], [down('10:00', '11:00', { state: 'broken' })], [down('10:00', '11:00', { colour: 'red' })], [{}]])('%j is not of the right form', async (segment) => {
    expect((await send<Problem>('POST', '/v1/outages', editor, outage([segment]))).status).toBe(400);
  });

  it('is not written by those who may not', async () => {
    expect((await send<Problem>('POST', '/v1/outages', reviewer, outage())).status).toBe(403);
    expect((await call(app.url, 'POST', '/v1/outages', { body: outage() })).status).toBe(401);
  });

  it('while a draft it is not there for the public, to the byte like one that never was', async () => {
    const { id } = await create();
    const [hidden, absent] = [await get<Problem>(`/v1/outages/${id}`), await get<Problem>('/v1/outages/01990000-0000-7000-8000-000000000000')];
    const plain = ({ body }: Answer<Problem>): string => JSON.stringify(body).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id');
    expect([hidden.status, plain(hidden)]).toEqual([404, plain(absent)]);
    expect((await get<Problem>(`/v1/outages/${id}/revisions`)).status).toBe(404);
    expect((await get(`/v1/outages/${id}`, reviewer)).status).toBe(200);
    expect((await get<{ items: object[] }>('/v1/outages?state=draft')).body.items).toEqual([]);
    expect((await get<{ items: { id: string }[] }>('/v1/outages?state=draft', reviewer)).body.items.map((item) => item.id)).toContain(id);
  });

  it('an amendment is a change, approved by another editor; the public sees only what counts', async () => {
    const drafted = await create([down('10:00', '11:00')]);
    const path = `/v1/outages/${drafted.id}`;
    const confirmed = (await send('POST', `${path}/confirmations`, another, { revision: 1 }, match(drafted))).body;
    const { title: _title, code: _code, ...content } = outage([down('10:00', '11:30')]) as { title: object; code: string };
    const amendment = { ...content, reason: 'probe log' };
    expect(await send<Problem>('POST', `${path}/revisions`, editor, amendment, match(confirmed))).toMatchObject({ status: 409, body: { code: 'outages.not_draft' } });
    expect(await send<Problem>('POST', `${path}/amendments`, editor, amendment)).toMatchObject({ status: 428 });
    expect(await send<Problem>('POST', `${path}/amendments`, editor, { ...amendment, reason: '' }, match(confirmed))).toMatchObject({ status: 400 });
    expect(await send<Problem>('POST', `${path}/amendments`, editor, { ...amendment, segments: [down('12:00', '11:00')] }, match(confirmed))).toMatchObject({ status: 422, body: { code: 'outages.content_faulty' } });
    expect(await send<Problem>('POST', `${path}/amendments`, editor, { ...amendment, claimId: drafted.id }, match(confirmed))).toMatchObject({ status: 404, body: { code: 'claims.not_found' } });
    const proposed = await send<{ self: string; id: string; version: number; outage: { revision: number } }>('POST', `${path}/amendments`, editor, amendment, match(confirmed));
    expect([proposed.status, proposed.body.outage.revision, proposed.headers['location']]).toEqual([201, 2, proposed.body.self]);
    const { self } = proposed.body;
    const standing = async () => (await get<{ segments: { to: string }[]; version: number }>(path)).body;
    expect(await send<Problem>('POST', `${path}/amendments`, editor, amendment, match(await standing()))).toMatchObject({ status: 409, body: { code: 'changes.amended_already' } });
    expect((await standing()).segments[0]?.to).toBe('2026-10-13T10:00:00.000Z');
    const statuses = async (token?: string) => (await get<{ items: { status: string }[] }>(`${path}/revisions`, token)).body.items.map(({ status }) => status);
    expect([await statuses(), await statuses(another)]).toEqual([['held'], ['held', 'waiting']]);
    expect((await get(`${path}/revisions/2`)).status).toBe(404);
    expect((await get<{ segments: { to: string }[] }>(`${path}/revisions/2`, another)).body.segments[0]?.to).toBe('2026-10-13T10:30:00.000Z');
    expect((await get<{ items: { id: string }[] }>(`${path}/amendments`, another)).body.items.map(({ id }) => id)).toEqual([proposed.body.id]);
    await rehearsed(proposed.body);
    const run = async () => (await get<{ state: string; digest: string; report: object }>(`${self}/runs/1`, another)).body;
    const { digest, report } = await run();
    expect(report).toMatchObject({ kind: 'amendment', claims: 0, placebo: { applies: false } });
    const approval = { run: 1, digest, movesLessThan: { amount: '0.01', currency: 'EUR' } };
    expect(await send<Problem>('POST', `${self}/approvals`, editor, approval, match(proposed.body))).toMatchObject({ status: 403, body: { code: 'changes.four_eyes' } });
    const approved = await send('POST', `${self}/approvals`, another, approval, match(proposed.body));
    expect([approved.status, (await standing()).segments[0]?.to, (await statuses()).length]).toEqual([201, '2026-10-13T10:30:00.000Z', 2]);
    expect(await send<Problem>('PUT', `${self}/revision`, editor, amendment, match(approved.body))).toMatchObject({ status: 409, body: { code: 'machine.not_allowed' } });
    await applied(proposed.body.id);
  });

  it('an amendment that is withdrawn reads as withdrawn, and the public never hears of it', async () => {
    const drafted = await create([down('10:00', '11:00')]);
    const path = `/v1/outages/${drafted.id}`;
    const confirmed = (await send('POST', `${path}/confirmations`, another, { revision: 1 }, match(drafted))).body;
    const { title: _title, code: _code, ...content } = outage([down('10:00', '11:30')]) as { title: object; code: string };
    const { body } = await send<{ self: string; version: number }>('POST', `${path}/amendments`, editor, { ...content, reason: 'probe log' }, match(confirmed));
    expect((await send('POST', `${body.self}/withdrawals`, editor, {}, match(body))).status).toBe(201);
    const statuses = async (token?: string) => (await get<{ items: { status: string }[] }>(`${path}/revisions`, token)).body.items.map(({ status }) => status);
    expect([await statuses(), await statuses(another)]).toEqual([['held'], ['held', 'withdrawn']]);
    expect((await get<{ status: string }>(`${path}/revisions/2`, another)).body.status).toBe('withdrawn');
    expect((await get(`${path}/revisions/2`)).status).toBe(404);
    expect((await get(path)).headers['register-version']).toBe(String(confirmed.registerVersion));
  });
});

describe('what cannot be', () => {
  const cursor = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');

  it.each([
    ['/v1/services/%00', 400], ['/v1/services/Not%20One', 404], ['/v1/outages/%00', 400], ['/v1/outages/not-an-id', 400], [`/v1/outages?cursor=${cursor(['x'])}`, 400],
    [`/v1/services?cursor=${cursor(['a\0'])}`, 400], ['/v1/outages?cursor=%%%', 400], [`/v1/outages?state=draft&cursor=${cursor([1])}`, 400],
    ['/v1/outages?service=%00', 400], ['/v1/outages/01990000-0000-7000-8000-000000000000/revisions/9e9', 404],
    ['/v1/timeline?service=pay.card&region=%00&from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z', 400],
  ])('%s is answered %i', async (path, status) => {
    expect((await get(path, another)).status).toBe(status);
  });
});

describe('commands with bad input', () => {
  it.each([
    ['a future end', 'endings', { endedAt: '2099-01-01T00:00:00Z' }, 422, 'outages.ends_in_future'],
    ['an end without a zone', 'endings', { endedAt: '2026-10-13T12:00:00' }, 422, 'time.zone_missing'],
    ['an end finer than a millisecond', 'endings', { endedAt: '2026-10-13T12:00:00.00001Z' }, 422, 'time.too_fine'],
    ['an end before what is recorded', 'endings', { endedAt: '2026-10-13T09:00:00Z' }, 422, 'outages.content_faulty'],
    ['finalising what has not ended', 'finalisations', {}, 409, 'machine.not_allowed'],
    ['confirming what is confirmed', 'confirmations', { revision: 1 }, 409, 'outages.not_draft'],
    ['confirming nothing', 'confirmations', {}, 400, 'http.shape'],
  ])('%s is refused in words, and changes nothing', async (_what, command, body, status, code) => {
    const drafted = await create([down('10:00', '11:00')]);
    const path = `/v1/outages/${drafted.id}`;
    const confirmed = (await send('POST', `${path}/confirmations`, another, { revision: 1 }, match(drafted))).body;
    const answer = await send<Problem>('POST', `${path}/${command}`, another, body, match(confirmed));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await get<OutageView>(path)).body).toEqual(confirmed);
  });

  it('a list beyond the limit, a segment in the future and a stale version are refused', async () => {
    const many = Array.from({ length: 10_001 }, () => down('10:00', '11:00'));
    expect((await send<Problem>('POST', '/v1/outages', editor, outage(many))).status).toBeGreaterThanOrEqual(400);
    const whole = [{ services: ['pay'], from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }];
    const future = await send<Problem>('POST', '/v1/outages', editor, outage([{ service: 'pay.card', state: 'down', source: 'x', from: '2098-01-01T00:00:00Z', to: '2098-01-02T00:00:00Z' }], { scope: whole }));
    expect(future.body.errors?.map(({ code }) => code)).toEqual(['outages.in_future']);
    const drafted = await create([down('10:00', '11:00')]);
    expect((await send<Problem>('PUT', `/v1/outages/${drafted.id}/segments`, editor, { segments: [] }, { 'if-match': '"7"' })).status).toBe(412);
  });
});
