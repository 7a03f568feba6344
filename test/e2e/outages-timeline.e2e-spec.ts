import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { amend, another, app, closed, create, down, editor, get, match, opened, type Problem, send } from '../support/register-desk.js';

beforeAll(opened);
afterAll(closed);

describe('the timeline over HTTP', () => {
  const ask = '/v1/timeline?service=pay.tap&from=2026-09-01T00:00:00Z&to=2026-09-01T06:00:00Z';

  beforeAll(async () => {
    await send('POST', '/v1/services', editor, { code: 'pay.tap', parent: 'pay', names: { en: 'Tap' } });
    const line = (from: string, to: string, more: object) => ({ service: 'pay.tap', source: 'probe', from: `2026-09-01T${from}:00Z`, to: `2026-09-01T${to}:00Z`, ...more });
    const drafted = await create([line('01:00', '02:00', { state: 'down' }), line('02:00', '02:30', { state: 'degraded', level: '1/3' }), line('03:00', '04:00', { state: 'maintenance', notice: 'mail' })], {
      scope: [{ services: ['pay.tap'], from: '2026-09-01T01:00:00Z', to: '2026-09-01T05:00:00Z' }],
    });
    await send('POST', `/v1/outages/${drafted.id}/confirmations`, another, { revision: 1 }, match(drafted));
  });

  it('shows states, silence and totals', async () => {
    const { body } = await get<{ pieces: { state: string }[]; totalsMs: object }>(ask);
    expect(body.pieces.map(({ state }) => state)).toEqual(['down', 'degraded', 'presumed_up', 'maintenance', 'presumed_up']);
    expect(body.totalsMs).toEqual({ down: 3_600_000, degraded: 1_800_000, unknown: 0, maintenance: 3_600_000, up: 0, presumed_up: 5_400_000, notRecorded: 7_200_000 });
  });

  it('comes as CSV when asked by format or Accept', async () => {
    const [byFormat, byAccept] = [await get<string>(`${ask}&format=csv`), await get<string>(ask, undefined, { accept: 'text/csv' })];
    expect(byFormat.headers['content-type']).toBe('text/csv; charset=utf-8');
    const version = String(byFormat.headers['register-version']);
    expect(byFormat.body).toBe([
      'from,to,state,level,registerVersion', `2026-09-01T00:00:00.000Z,2026-09-01T01:00:00.000Z,not_recorded,,${version}`,
      `2026-09-01T01:00:00.000Z,2026-09-01T02:00:00.000Z,down,,${version}`, `2026-09-01T02:00:00.000Z,2026-09-01T02:30:00.000Z,degraded,1/3,${version}`,
      `2026-09-01T02:30:00.000Z,2026-09-01T03:00:00.000Z,presumed_up,,${version}`, `2026-09-01T03:00:00.000Z,2026-09-01T04:00:00.000Z,maintenance,,${version}`,
      `2026-09-01T04:00:00.000Z,2026-09-01T05:00:00.000Z,presumed_up,,${version}`, `2026-09-01T05:00:00.000Z,2026-09-01T06:00:00.000Z,not_recorded,,${version}`, '',
    ].join('\r\n'));
    expect(byAccept.body).toBe(byFormat.body);
  });

  it('as of a version and of an instant answers as then, later too', async () => {
    const { body: now } = await get<{ registerVersion: number }>(ask);
    const before = await get<{ pieces: object[] }>(`${ask}&registerVersion=${now.registerVersion - 1}`);
    expect(before.body.pieces).toEqual([]);
    expect((await get<object>(`${ask}&asOf=2020-01-01T00:00:00Z`)).body).toMatchObject({ registerVersion: 0, pieces: [] });
    expect((await get<object>(`${ask}&registerVersion=${now.registerVersion}`)).body).toEqual(now);
  });

  it.each([
    ['service=pay&from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z', 422, 'timeline.service_has_parts'],
    ['service=nope&from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z', 404, 'services.not_found'],
    ['service=pay.tap&from=2026-09-02T00:00:00Z&to=2026-09-01T00:00:00Z', 422, 'time.reversed'],
    ['service=pay.tap&from=2026-09-01T00:00:00&to=2026-09-02T00:00:00Z', 422, 'time.zone_missing'],
    ['service=pay.tap&from=1990-01-01T00:00:00Z&to=2026-09-02T00:00:00Z', 422, 'timeline.too_long'],
    ['service=pay.tap&from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z&asOf=2099-01-01T00:00:00Z', 422, 'register.as_of_future'],
    ['service=pay.tap&from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z&colour=red', 400, 'http.shape'],
    ['service=pay.tap', 400, 'http.shape'],
  ])('%s is answered %i %s', async (query, status, code) => {
    const answer = await get<Problem>(`/v1/timeline?${query}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('what the register knew', () => {
  it('is answered with the same bytes for ever, at a version and at an instant, whatever is recorded later', async () => {
    await send('POST', '/v1/services', editor, { code: 'past', names: { en: 'Past' } });
    for (const part of ['past.a', 'past.b']) await send('POST', '/v1/services', editor, { code: part, parent: 'past', names: { en: part } });
    const line = (from: string, to: string, more: object = {}) => ({ service: 'past', state: 'down', source: 'probe', from: `2026-08-01T${from}Z`, to: `2026-08-01T${to}Z`, ...more });
    const scope = [{ services: ['past'], from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' }];
    const drafted = await create([line('10:00:00', '11:00:00')], { scope });
    expect(drafted.segments.map(({ service }) => service)).toEqual(['past.a', 'past.b']);
    const path = `/v1/outages/${drafted.id}`;
    const confirmed = (await send('POST', `${path}/confirmations`, another, { revision: 1 }, match(drafted))).body;
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    const instant = new Date().toISOString();
    const views = [`registerVersion=${confirmed.registerVersion ?? 0}`, `asOf=${instant}`];
    const span = 'from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z';
    const addresses = views.flatMap((view) => [
      `${path}?${view}`, `${path}?${view}&format=csv`, `${path}/segments?${view}`, `${path}/revisions?${view}`, `/v1/outages?${view}`, `/v1/outages?${view}&service=past.a&limit=1`,
      `/v1/outages?${view}&state=confirmed`, `/v1/timeline?service=past.a&${span}&${view}`, `/v1/timeline?service=past.b&region=x&${span}&${view}&format=csv`,
    ]);
    const answers = () => Promise.all(addresses.map(async (address) => {
      const answer = await fetch(`${app.url}${address}`);
      return [address, answer.status, answer.headers.get('register-version'), await answer.text()];
    }));
    const then = await answers();
    expect(then.every(([, status, version]) => status === 200 && version === String(confirmed.registerVersion))).toBe(true);
    const amended = await amend(path, confirmed, [line('10:00:00', '12:00:00')], { scope });
    const ended = (await send('POST', `${path}/endings`, editor, { endedAt: '2026-08-01T12:00:00Z' }, match(amended))).body;
    expect((await send('POST', `${path}/finalisations`, another, {}, match(ended))).body.state).toBe('final');
    const other = await create([line('09:00:00', '13:00:00', { service: 'past.a' })], { scope });
    await send('POST', `/v1/outages/${other.id}/confirmations`, another, { revision: 1 }, match(other));
    const service = await get<{ version: number }>('/v1/services/past.a');
    await send('PATCH', '/v1/services/past.a', editor, { names: { en: 'Renamed' } }, match(service.body));
    expect(await answers()).toEqual(then);
    const now = await get<{ registerVersion: number; pieces: { from: string; state: string }[] }>(`/v1/timeline?service=past.a&${span}`);
    expect([now.body.pieces.find(({ state }) => state === 'down')?.from, now.headers['register-version']]).toEqual(['2026-08-01T09:00:00.000Z', String(now.body.registerVersion)]);
  });

  it('names its version in every answer, in the header and in the body', async () => {
    const { id } = await create([down('10:00', '11:00')]);
    for (const address of ['/v1/outages', '/v1/outages?state=draft', `/v1/outages/${id}/segments`, `/v1/outages/${id}/revisions`]) {
      const answer = await get<{ registerVersion: number }>(address, editor);
      expect([address, answer.headers['register-version']]).toEqual([address, String(answer.body.registerVersion)]);
    }
  });

  it('comes as a table that no spreadsheet computes', async () => {
    const drafted = await create([down('10:00', '11:00', { source: '=cmd|x', evidence: '+1' })]);
    const answer = await get<string>(`/v1/outages/${drafted.id}?format=csv`, editor);
    expect([answer.headers['content-type'], String(answer.headers['content-disposition'])]).toEqual(['text/csv; charset=utf-8', expect.stringMatching(/^attachment; filename="outage-outage-\d+-v\d+.csv"/)]);
    expect(answer.body).toMatch(/,down,,,'=cmd\|x,'\+1\r\n$/);
    expect((await get(`/v1/outages/${drafted.id}?format=csv`)).status).toBe(404);
  });

  it.each([
    ['asOf=2020-01-01T00:00:00', 422, 'time.zone_missing'], ['asOf=2099-01-01T00:00:00Z', 422, 'register.as_of_future'], ['asOf=2020-01-01T00:00:00.0001Z', 422, 'time.too_fine'],
    ['registerVersion=1999999999', 422, 'register.version_unknown'], ['registerVersion=-1', 400, 'http.shape'], ['registerVersion=1.5', 400, 'http.shape'],
    ['registerVersion=1&asOf=2020-01-01T00:00:00Z', 422, 'register.one_as_of'], ['state=gone', 400, 'http.shape'],
  ])('%s of the list is answered %i %s', async (query, status, code) => {
    const answer = await get<Problem>(`/v1/outages?${query}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
