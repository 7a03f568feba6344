import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutageView } from '../../src/modules/outages/index.js';
import { call, type Answer } from '../support/app.js';
import { another, app, clock, closed, count, get, later, opened, page, type Problem, proposal, proposalsOf, reviewer, send, settings, shown, source, sourceOf, upload } from '../support/import-desk.js';

beforeAll(opened);
afterAll(closed);

describe('a source', () => {
  it('is refused with everything that is wrong with it', async () => {
    const { status, body } = await send<Problem>('POST', '/v1/outage-sources', {
      kind: 'prometheus', ...settings({ url: 'http://169.254.169.254/', scheduleSeconds: 60, levels: { partial: '3/2' }, mapping: [{ component: 'b', service: 'none' }, { component: 'c', region: 'no such' }] }),
    });
    expect([status, body.code, body.errors?.map(({ code, pointer }) => `${pointer} ${code}`)]).toEqual([422, 'imports.source_faulty', [
      '/url imports.fetch_private', '/levels/partial imports.level', '/mapping/0/service outages.unknown_service', '/mapping/1/region imports.region',
    ]]);
  });

  it('is not asked more often than once a minute, and its name is its own', async () => {
    expect((await send('POST', '/v1/outage-sources', { kind: 'statuspage', ...settings({ url: 'https://status.example/', scheduleSeconds: 59 }) })).status).toBe(400);
    await source('csv', { name: 'the same' });
    const twice = await send<Problem>('POST', '/v1/outage-sources', { kind: 'csv', ...settings({ name: 'the same' }) });
    expect([twice.status, twice.body.code]).toEqual([409, 'imports.name_taken']);
  });

  it('is for register staff to change and for all staff to read', async () => {
    const { id, version } = await source('csv');
    expect((await send('PUT', `/v1/outage-sources/${id}`, settings(), version, reviewer)).status).toBe(403);
    expect((await get(`/v1/outage-sources/${id}`, reviewer)).status).toBe(200);
    expect((await call(app.url, 'GET', `/v1/outage-sources/${id}`)).status).toBe(401);
  });

  it('names that nobody mapped are asked for; mapped, what was sent is read again', async () => {
    const { id, version } = await source('statuspage');
    await upload(id, page('u1', '2026-09-01', [['New thing', 'major_outage', '10:00', '11:00']]));
    expect([await proposalsOf(id), (await sourceOf(id)).unmapped]).toEqual([[], [{ component: 'New thing', feedRegion: '*' }]]);
    const changed = await send('PUT', `/v1/outage-sources/${id}`, settings({ mapping: [{ component: 'New thing', service: 'pay.qr' }] }), version);
    expect(changed.status).toBe(200);
    const [made] = await proposalsOf(id);
    expect([made?.services, (await sourceOf(id)).unmapped]).toEqual([['pay.qr'], []]);
  });

  it('a name mapped to a service with parts speaks of each of them', async () => {
    const { id } = await source('statuspage', { mapping: [{ component: 'API', service: 'pay' }] });
    await upload(id, page('u2', '2026-08-01', [['API', 'major_outage', '10:00', '11:00']]));
    const [made] = await proposalsOf(id);
    expect(shown(await proposal(made?.id ?? ''))).toEqual(['pay.card down 10:00-11:00', 'pay.qr down 10:00-11:00']);
  });

  it('a body that is no file is refused', async () => {
    const refused = await send<Problem>('POST', '/v1/outage-imports', {});
    expect([refused.status, refused.body.code]).toEqual([400, 'imports.file_missing']);
  });

  it('a file that cannot be read is refused in words, and nothing is proposed', async () => {
    const { id } = await source('statuspage');
    const refused = await upload(id, '<!doctype html><title>Sign in</title>') as unknown as Answer<Problem>;
    expect([refused.status, refused.body.code, (await sourceOf(id)).payloads]).toEqual([422, 'imports.is_page', []]);
  });
});

describe('imports only propose', () => {
  it('unseen: a proposal; the same bytes: only seen again; changed: a revision to review', async () => {
    const { id } = await source('statuspage');
    const content = page('p1', '2026-09-02', [['API', 'major_outage', '10:00', '11:00']]);
    const first = await upload(id, content);
    expect([first.status, first.body.isKnown, first.body.proposals.length]).toEqual([202, false, 1]);
    later(60_000);
    const second = await upload(id, content);
    const { payloads, heardAt } = await sourceOf(id);
    expect(heardAt).toBe(payloads[0]?.lastSeenAt);
    expect([second.body.isKnown, second.body.proposals, payloads.length]).toEqual([true, [], 1]);
    expect(payloads[0]?.lastSeenAt).not.toBe(payloads[0]?.firstSeenAt);
    await upload(id, page('p1', '2026-09-02', [['API', 'major_outage', '10:00', '11:30']]));
    expect((await proposalsOf(id)).map(({ state, to }) => `${state} ${to?.slice(11, 16)}`)).toEqual(['open 11:30', 'superseded 11:00']);
  });

  it('accepted: a draft in the name of who accepts, confirmed by another; changed after that: a revision of that outage, never a rewrite', async () => {
    const { id } = await source('statuspage', { levels: { partial: '1/2' } });
    await upload(id, page('p2', '2026-09-03', [['API', 'partial_outage', '10:00', '11:00']]));
    const [open] = await proposalsOf(id);
    const accepted = await send<{ outageId: string; revision: number }>('POST', `/v1/outage-proposals/${open?.id}/acceptances`, { code: 'accepted-one' }, open?.version);
    expect([accepted.status, accepted.body.revision]).toEqual([201, 1]);
    const draft = (await get<OutageView>(`/v1/outages/${accepted.body.outageId}`)).body;
    const { payloadSha256 } = await proposal(open?.id ?? '');
    expect([draft.state, draft.complete, draft.title['en'], draft.segments]).toEqual(['draft', false, 'Trouble p2', [{
      service: 'pay.card', region: '*', from: '2026-09-03T10:00:00.000Z', to: '2026-09-03T11:00:00.000Z', state: 'degraded', level: '1/2', source: `source ${count}`, evidence: `sha256:${payloadSha256}`,
    }]]);
    const self = await send<Problem>('POST', `/v1/outages/${draft.id}/confirmations`, { revision: 1 }, draft.version);
    expect(self.body.code).toBe('outages.four_eyes');
    const confirmed = await send<OutageView>('POST', `/v1/outages/${draft.id}/confirmations`, { revision: 1 }, draft.version, another);
    expect(confirmed.body.state).toBe('confirmed');
    await upload(id, page('p2', '2026-09-03', [['API', 'partial_outage', '09:30', '11:00']]));
    const [revision] = await proposalsOf(id);
    expect([revision?.state, revision?.revisesOutageId]).toEqual(['open', draft.id]);
    expect((await get<OutageView>(`/v1/outages/${draft.id}`)).body.segments).toEqual(draft.segments);
    const again = await send<{ outageId: string; revision: number; changeId: string }>('POST', `/v1/outage-proposals/${revision?.id}/acceptances`, { reason: 'The page was corrected' }, revision?.version);
    expect([again.status, again.body]).toEqual([201, { proposalId: revision?.id, outageId: draft.id, revision: 2, changeId: again.body.changeId }]);
    expect((await get<{ kind: string; state: string; outage: { revision: number } }>(`/v1/changes/${again.body.changeId}`)).body).toMatchObject({ kind: 'amendment', state: 'open', outage: { revision: 2 } });
    expect((await get<OutageView>(`/v1/outages/${draft.id}`)).body.segments[0]?.from).toBe('2026-09-03T10:00:00.000Z');
    expect((await send('POST', `/v1/outage-proposals/${revision?.id}/acceptances`, {}, (revision?.version ?? 0) + 1)).status).toBe(409);
  });

  describe('one incident of two stretches further apart than the join gap', () => {
    const said = (first: string, second: string): object => page('apart', '2026-09-10', [['API', 'major_outage', '10:00', first], ['API', 'major_outage', '15:00', second]]);
    const states = async (id: string): Promise<string[]> => (await proposalsOf(id)).map(({ state, from, to }) => `${state} ${from.slice(11, 16)}-${to?.slice(11, 16) ?? ''}`).sort();

    it('is two proposals, and a correction of one leaves the other as it is', async () => {
      const { id } = await source('statuspage');
      await upload(id, said('11:00', '16:00'));
      expect(await states(id)).toEqual(['open 10:00-11:00', 'open 15:00-16:00']);
      expect((await upload(id, said('11:00', '16:30'))).body.proposals).toHaveLength(1);
      expect(await states(id)).toEqual(['open 10:00-11:00', 'open 15:00-16:30', 'superseded 15:00-16:00']);
      await upload(id, said('10:30', '16:45'));
      expect((await states(id)).filter((one) => one.startsWith('open'))).toEqual(['open 10:00-10:30', 'open 15:00-16:45']);
    });

    it('becomes two when one long stretch was two: nothing of it is lost, and nothing is superseded twice', async () => {
      const { id } = await source('statuspage');
      await upload(id, page('apart', '2026-09-11', [['API', 'major_outage', '10:00', '16:00']]));
      const split = await upload(id, page('apart', '2026-09-11', [['API', 'major_outage', '10:00', '11:00'], ['API', 'major_outage', '15:00', '16:00']]));
      expect([split.status, await states(id)]).toEqual([202, ['open 10:00-11:00', 'open 15:00-16:00', 'superseded 10:00-16:00']]);
    });

    it('revises an outage made of the long one as a whole: taking one stretch would drop the other', async () => {
      const { id } = await source('statuspage');
      await upload(id, page('apart', '2026-09-12', [['API', 'major_outage', '10:00', '16:00']]));
      const [open] = await proposalsOf(id);
      const { body } = await send<{ outageId: string }>('POST', `/v1/outage-proposals/${open?.id}/acceptances`, { code: 'was-long' }, open?.version);
      const split = await upload(id, page('apart', '2026-09-12', [['API', 'major_outage', '10:00', '11:00'], ['API', 'major_outage', '15:00', '16:00']]));
      const revision = await proposal(split.body.proposals[0] ?? '');
      expect([split.body.proposals.length, revision.revisesOutageId, shown(revision)]).toEqual([1, body.outageId, ['pay.card down 10:00-11:00', 'pay.card down 15:00-16:00']]);
    });

    it('goes on in its second stretch, which is unknown once the source is off; the first stays what it was', async () => {
      const made = await source('statuspage');
      await upload(made.id, page('apart', '2026-09-13', [['API', 'major_outage', '10:00', '11:00'], ['API', 'major_outage', '15:00']]));
      expect(await states(made.id)).toEqual(['open 10:00-11:00', 'open 15:00-']);
      const { version } = await sourceOf(made.id);
      await send('POST', `/v1/outage-sources/${made.id}/switches`, { to: 'off' }, version);
      const [newest, ...others] = await proposalsOf(made.id);
      expect(shown(await proposal(newest?.id ?? ''))).toEqual(['pay.card down 15:00-12:00', 'pay.card unknown 12:00-'].map((line) => line.replace(/12:00/g, new Date(clock.now()).toISOString().slice(11, 16))));
      expect(others.map(({ state }) => state).sort()).toEqual(['open', 'superseded']);
      expect(await states(made.id)).toContain('open 10:00-11:00');
    });
  });

  it('"partly" without a level is asked for', async () => {
    const { id } = await source('statuspage');
    await upload(id, page('p3', '2026-09-04', [['API', 'degraded_performance', '10:00', '11:00']]));
    const [open] = await proposalsOf(id);
    const refused = await send<Problem>('POST', `/v1/outage-proposals/${open?.id}/acceptances`, {}, open?.version);
    expect([refused.status, refused.body.code]).toEqual([422, 'imports.level_needed']);
    expect((await send('POST', `/v1/outage-proposals/${open?.id}/acceptances`, { levels: { degraded: '0.2' } }, open?.version)).status).toBe(201);
  });

  it('declined, with a reason, stays declined until the source says something else', async () => {
    const { id } = await source('statuspage');
    await upload(id, page('p4', '2026-09-05', [['API', 'major_outage', '10:00', '11:00']]));
    const [open] = await proposalsOf(id);
    expect((await send('POST', `/v1/outage-proposals/${open?.id}/refusals`, { reason: '' }, open?.version)).status).toBe(400);
    expect((await send('POST', `/v1/outage-proposals/${open?.id}/refusals`, { reason: 'A test of theirs' }, open?.version)).status).toBe(201);
    await upload(id, { ...page('p4', '2026-09-05', [['API', 'major_outage', '10:00', '11:00']]), page: { updated: 1 } });
    expect((await proposalsOf(id)).map(({ state }) => state)).toEqual(['declined']);
    await upload(id, page('p4', '2026-09-05', [['API', 'major_outage', '10:00', '12:00']]));
    expect((await proposalsOf(id)).map(({ state }) => state)).toEqual(['open', 'declined']);
  });
});

describe('sources that disagree', () => {
  it('are both kept: a person says whom they believe, and who lost stands beside', async () => {
    const [page1, csv] = [await source('statuspage'), await source('csv')];
    await upload(page1.id, page('d1', '2026-09-06', [['API', 'major_outage', '10:00', '11:00']]));
    await upload(csv.id, 'component,from,to,state\nAPI,2026-09-06T10:30:00Z,2026-09-06T11:00:00Z,unknown\n');
    const [open] = await proposalsOf(page1.id);
    const { rivals } = await proposal(open?.id ?? '');
    expect(rivals.map(({ stretches }) => stretches)).toEqual([[{ service: 'pay.card', region: '*', from: '2026-09-06T10:30:00.000Z', to: '2026-09-06T11:00:00.000Z', ours: 'down', theirs: 'unknown' }]]);
    const unsettled = await send<Problem>('POST', `/v1/outage-proposals/${open?.id}/acceptances`, {}, open?.version);
    expect(unsettled.body.code).toBe('imports.unsettled');
    const accepted = await send<{ outageId: string }>('POST', `/v1/outage-proposals/${open?.id}/acceptances`, { settled: [{ proposalId: rivals[0]?.proposalId, winner: 'other' }] }, open?.version);
    const outage = (await get<OutageView>(`/v1/outages/${accepted.body.outageId}`)).body;
    expect(outage.segments.map(({ state, source: by, from }) => `${state} ${by} ${from.slice(11, 16)}`)).toEqual([`down source ${count - 1} 10:00`, `unknown source ${count} 10:30`]);
    const beside = (await get<{ items: { state: string; source: string; from: string }[] }>(`/v1/outages/${outage.id}/rival-lines`)).body.items;
    expect(beside.map(({ state, source: by, from }) => `${state} ${by} ${from.slice(11, 16)}`)).toEqual([`down source ${count - 1} 10:30`]);
  });
});

describe('a source that counts the minutes of whole days', () => {
  it('is held against the register: days that differ are named, nothing is proposed, and what it says last counts', async () => {
    const { id, version } = await source('upptime', { mapping: [{ component: 'api', service: 'pay.qr', region: 'eu' }, { component: 'known', feedRegion: '*' }] });
    const days = (of: object): object => [{ name: 'API', slug: 'api', dailyMinutesDown: of }, { name: 'Site', slug: 'site', dailyMinutesDown: { '2026-09-11': 4 } }];
    const draft = await send<OutageView>('POST', '/v1/outages', {
      code: 'checked', title: { en: 'Codes' }, complete: true, scope: [{ services: ['pay.qr'], from: '2026-09-10T00:00:00Z', to: '2026-09-20T00:00:00Z' }],
      segments: [
        { service: 'pay.qr', from: '2026-09-11T23:30:00Z', to: '2026-09-12T00:10:00Z', state: 'down', source: 'log' },
        { service: 'pay.qr', from: '2026-09-12T00:10:00Z', to: '2026-09-12T00:20:00Z', state: 'degraded', level: '0.5', source: 'log' },
        { service: 'pay.qr', from: '2026-09-12T05:00:00Z', to: '2026-09-12T06:00:00Z', state: 'unknown', source: 'log' },
      ],
    });
    expect(draft.status).toBe(201);
    expect((await upload(id, days({ '2026-09-11': 30, '2026-09-12': 45, '2025-01-01': 9 }))).body.proposals).toEqual([]);
    const checks = async () => (await sourceOf(id)).checks;
    // A draft is not in the register yet. What lies more than 400 days before the newest is not kept.
    expect(await checks()).toMatchObject({ compared: 2, differing: 2, days: [{ day: '2026-09-12', sourceMinutes: 45, registerMinutes: 0 }, { day: '2026-09-11', registerMinutes: 0 }] });
    expect((await send('POST', `/v1/outages/${draft.body.id}/confirmations`, { revision: 1 }, draft.body.version, another)).status).toBe(201);
    expect(await checks()).toEqual({ compared: 2, differing: 1, days: [{ day: '2026-09-12', component: 'api', service: 'pay.qr', region: 'eu', sourceMinutes: 45, registerMinutes: 20 }] });
    await upload(id, days({ '2026-09-12': 20 }));
    expect(await checks()).toEqual({ compared: 2, differing: 0, days: [] });
    const { unmapped } = await sourceOf(id);
    expect([unmapped, (await proposalsOf(id)).length]).toEqual([[{ component: 'site', feedRegion: '*' }], 0]);
    await send('PUT', `/v1/outage-sources/${id}`, settings({ mapping: [{ component: 'api', service: 'pay', region: '*' }] }), version);
    expect(await checks()).toMatchObject({ compared: 4, differing: 2, days: [{ service: 'pay.card', sourceMinutes: 20, registerMinutes: 0 }, { service: 'pay.card', day: '2026-09-11' }] });
  });
});

describe('the table to fill in', () => {
  it('can be had by anybody and is read as it is', async () => {
    const { id } = await source('csv', { mapping: [{ component: 'Card payments', service: 'pay.card' }] });
    const template = await call<string>(app.url, 'GET', '/v1/outage-sources/csv-template');
    expect([template.status, template.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(await upload(id, template.body)).toMatchObject({ status: 202, body: { proposals: [expect.any(String), expect.any(String)] } });
  });
});
