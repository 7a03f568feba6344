import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instant } from '../../src/core/time/index.js';
import { FETCH, FeedFetching } from '../../src/modules/outages/imports/feed-fetching.service.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { call, type Answer } from '../support/app.js';
import { asSystem } from '../support/lower-floors.js';
import { app, clock, closed, later, opened, page, type Problem, proposal, proposalsOf, send, shown, source, sourceOf, upload } from '../support/import-desk.js';

beforeAll(opened);
afterAll(closed);

describe('a source that is switched off', () => {
  it('leaves what went on unknown from then on, and its time off unknown for good', async () => {
    const { id, version } = await source('statuspage');
    later(60_000);
    await upload(id, page('s1', '2026-11-01', [['API', 'major_outage', '10:00']]));
    const off = await send<{ version: number }>('POST', `/v1/outage-sources/${id}/switches`, { to: 'off' }, version);
    expect(off.status).toBe(201);
    const now = new Date(clock.now()).toISOString().slice(11, 16);
    const [cut] = await proposalsOf(id);
    expect(shown(await proposal(cut?.id ?? ''))).toEqual([`pay.card down 10:00-${now}`, `pay.card unknown ${now}-`]);
    expect((await upload(id, page('s1', '2026-11-01', [['API', 'major_outage', '10:00', '13:00']]))).status).toBe(409);
    later(10 * 60_000);
    await send('POST', `/v1/outage-sources/${id}/switches`, { to: 'on' }, off.body.version);
    const on = new Date(clock.now()).toISOString().slice(11, 16);
    await upload(id, page('s1', '2026-11-01', [['API', 'major_outage', '10:00', '13:00']]));
    const [after] = await proposalsOf(id);
    expect(shown(await proposal(after?.id ?? ''))).toEqual([`pay.card down 10:00-${now}`, `pay.card unknown ${now}-${on}`, `pay.card down ${on}-13:00`]);
    expect((await sourceOf(id)).gaps).toHaveLength(1);
  });
});

describe('the Alertmanager receiver', () => {
  const alert = (fingerprint: string, startsAt: string, endsAt?: string): object => ({
    version: '4', status: endsAt === undefined ? 'firing' : 'resolved', alerts: [{
      status: endsAt === undefined ? 'firing' : 'resolved', fingerprint, startsAt, endsAt: endsAt ?? '0001-01-01T00:00:00Z', labels: { alertname: 'Down', service: 'API', severity: 'critical' }, annotations: { summary: 'API is down' },
    }],
  });
  const tell = (id: string, token: string, body: object): Promise<Answer<{ proposals: string[] }>> => call(app.url, 'POST', `/v1/outage-sources/${id}/alerts`, { token, body });

  it('takes an alert once, however often it is told, and closes it when it is resolved', async () => {
    const { id, token = '' } = await source('alertmanager');
    const firing = alert('f1', '2026-09-07T10:00:00.123456789Z');
    expect((await tell(id, token, firing)).body.proposals).toHaveLength(1);
    expect((await tell(id, token, firing)).body.proposals).toHaveLength(0);
    await tell(id, token, alert('f2', '2026-09-07T10:10:00Z'));
    await tell(id, token, alert('f1', '2026-09-07T10:00:00.123456789Z', '2026-09-07T10:05:00Z'));
    const open = (await proposalsOf(id)).filter(({ state }) => state === 'open');
    expect(open).toHaveLength(1);
    expect(shown(await proposal(open[0]?.id ?? ''))).toEqual(['pay.card down 10:00-10:05', 'pay.card down 10:10-']);
  });

  it('takes no other token, and answers a source that is none alike', async () => {
    const [{ id }, { id: csv }] = [await source('alertmanager'), await source('csv')];
    const answers = await Promise.all([tell(id, 'x'.repeat(43), {}), tell(csv, 'x'.repeat(43), {}), tell('00000000-0000-7000-8000-000000000000', 'x'.repeat(43), {})]);
    expect(answers.map(({ status, body }) => [status, (body as unknown as Problem).code])).toEqual(answers.map(() => [404, 'imports.token']));
  });
});

describe('fetching on a schedule', () => {
  let server: Server;
  let answer: { status: number; body: string } = { status: 200, body: '' };
  const asked: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer((request, reply) => {
      asked.push(request.headers['if-none-match']);
      const etag = `"${answer.body.length}"`;
      if (request.headers['if-none-match'] === etag) reply.writeHead(304).end();
      else reply.writeHead(answer.status, answer.status === 200 ? { etag } : {}).end(answer.body);
    });
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  });

  afterAll(() => new Promise<void>((done) => { server.close(() => done()); }));

  /** One turn, as the queue would have it. */
  async function turn(id: string): Promise<void> {
    const fetching = app.app.get(FeedFetching);
    const [row] = await app.app.get(Database).reader.query<{ generation: number }>('SELECT generation FROM outage_source WHERE id = $1', [id]);
    const of = { sourceId: id, generation: row?.generation ?? 0 };
    const found = await fetching.ask(of);
    const done = await app.app.get(UnitOfWork).run(asSystem, (tx) => fetching.settle(tx, asSystem, of, found));
    if (!done.ok) throw new Error(done.refusal.code);
  }

  it('asks conditionally, says failures in words, and a silence makes what went on unknown until it answers again', async () => {
    const { port } = server.address() as AddressInfo;
    const { id } = await source('statuspage', { url: `http://127.0.0.1:${port}/`, scheduleSeconds: 60 });
    const queued = await app.app.get(Database).reader.query('SELECT FROM pgboss.job WHERE name = $1', [FETCH]);
    expect(queued.length).toBeGreaterThan(0);
    answer = { status: 200, body: JSON.stringify(page('f1', '2026-11-01', [['API', 'major_outage', '10:00']])) };
    await turn(id);
    await turn(id);
    expect([asked[0], asked[1], (await proposalsOf(id)).length, (await sourceOf(id)).failure]).toEqual([undefined, `"${answer.body.length}"`, 1, undefined]);
    const heard = new Date(clock.now()).toISOString().slice(11, 16);
    answer = { ...answer, status: 503 };
    asked.length = 0;
    later(6 * 60_000);
    const before = answer.body;
    answer.body = '';
    await turn(id);
    const { failure, gaps } = await sourceOf(id);
    expect([failure?.code, failure?.params['detail'], gaps.map(({ kind, onAt }) => [kind, onAt])]).toEqual(['imports.fetch_status', '503', [['silent', undefined]]]);
    const [cut] = await proposalsOf(id);
    expect(shown(await proposal(cut?.id ?? ''))).toEqual([`pay.card down 10:00-${heard}`, `pay.card unknown ${heard}-`]);
    answer = { status: 200, body: before };
    await turn(id);
    const [back] = await proposalsOf(id);
    expect([shown(await proposal(back?.id ?? '')), (await sourceOf(id)).gaps[0]?.onAt === undefined]).toEqual([['pay.card down 10:00-'], false]);
    answer.body = '<html>';
    await turn(id);
    expect([(await sourceOf(id)).failure?.code, (await proposalsOf(id))[0]?.id]).toEqual(['imports.is_page', back?.id]);
  });

  it('a chain of before a change asks nothing', async () => {
    const { id } = await source('statuspage');
    expect(await app.app.get(FeedFetching).ask({ sourceId: id, generation: 99 })).toEqual({ kind: 'gone' });
    expect(instant(clock.now())).toBe(clock.now());
  });
});
