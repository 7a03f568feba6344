import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { People } from '../../src/modules/identity/index.js';
import { OutageRegister, ServiceCatalogue } from '../../src/modules/outages/index.js';
import { PolicyImports } from '../../src/modules/policies/index.js';
import type { SchemeView } from '../../src/modules/schemes/index.js';
import type { Role } from '../../src/platform/access/roles.js';
import { call, startTestApp, type Answer, type TestApp } from '../support/app.js';
import { actingAs, asSystem, at } from '../support/lower-floors.js';

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly pointer?: string; readonly code: string }[];
}

const PASSWORD = 'correct horse battery staple';
let app: TestApp;
let [author, reviewer, outageId, draftId] = ['', '', '', ''];
let count = 0;

const get = <Body>(path: string): Promise<Answer<Body>> => call<Body>(app.url, 'GET', path);
const send = <Body = SchemeView>(method: string, path: string, token: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> =>
  call<Body>(app.url, method, path, { token, body, headers });
const match = (view: { version: number }): Record<string, string> => ({ 'if-match': `"${view.version}"` });

async function person(name: string, role: Role): Promise<{ id: string; token: string }> {
  const people = app.app.get(People);
  const made = await people.create(asSystem, { email: `${name}@test.example`, name, password: PASSWORD });
  if (!made.ok) throw new Error(made.refusal.code);
  await people.grant(asSystem, made.value.id, role);
  const { body } = await call<{ token: string }>(app.url, 'POST', '/v1/sessions', { body: { email: `${name}@test.example`, password: PASSWORD } });
  return { id: made.value.id, token: body.token };
}

beforeAll(async () => {
  app = await startTestApp();
  const [writer, editor, second] = [await person('author', 'policy_author'), await person('editor', 'register_editor'), await person('second', 'register_editor')];
  author = writer.token;
  reviewer = (await person('reviewer', 'reviewer')).token;
  await app.app.get(PolicyImports).importFolder(asSystem, 'policies');
  await app.app.get(ServiceCatalogue).add(actingAs(editor.id), { code: 'card', names: { en: 'Cards' } });
  const register = app.app.get(OutageRegister);
  const draft = async (code: string) => {
    const made = await register.createDraft(actingAs(editor.id), {
      code, title: { en: code }, content: { complete: true, officialWindows: [], segments: [], scope: [{ service: 'card', region: '*', from: at('2026-10-13T00:00Z'), to: at('2026-10-14T00:00Z'), entry: 0 }] },
    });
    if (!made.ok) throw new Error(made.refusal.code);
    return made.value;
  };
  const confirmed = await draft('confirmed');
  await register.confirm(actingAs(second.id), confirmed.id, confirmed.version, 1);
  [outageId, draftId] = [confirmed.id, (await draft('draft')).id];
});

afterAll(() => app.close());

describe('policies', () => {
  it('are public: list, versions, document, and which one is in force', async () => {
    const list = await get<{ items: { key: string; version: number; hash: string }[] }>('/v1/policies?limit=100');
    expect(list.body.items.map(({ key }) => key)).toEqual(expect.arrayContaining(['default-gbp', 'default-krw']));
    const [gbp] = list.body.items;
    const document = await get<{ hash: string; source: string; document: { policy: string } }>(`/v1/policies/${gbp?.key}/versions/1`);
    expect([document.status, document.body.hash, document.body.document.policy]).toEqual([200, gbp?.hash, gbp?.key]);
    expect(document.body.source).toMatch(/^# .*\npolicy: /);
    expect((await get<{ items: object[] }>(`/v1/policies/${gbp?.key}/versions`)).body.items).toHaveLength(1);
    expect((await get<{ items: { key: string }[] }>('/v1/policies/effective?key=default-gbp&at=2026-10-13T00:00:00Z')).body.items).toMatchObject([{ key: 'default-gbp', version: 1 }]);
  });

  it.each([
    ['/v1/policies/nothing/versions', 404, 'policies.not_found'], ['/v1/policies/default-gbp/versions/7', 404, 'policies.version_not_found'],
    ['/v1/policies/effective?at=2026-10-13T00:00:00', 422, 'time.zone_missing'], ['/v1/policies/effective?at=2026-10-13T00:00:00Z&key=x', 404, 'policies.none_effective'],
    ['/v1/policies/effective', 400, 'http.shape'], ['/v1/policies/%00/versions', 400, 'http.malformed'], ['/v1/policies/%00/versions/1', 400, 'http.malformed'],
    ['/v1/policies/effective?at=2026-10-13T00:00:00Z&key=%00', 400, 'http.malformed'], ['/v1/schemes?cursor=WyJ4Il0', 400, 'http.cursor_malformed'],
  ])('%s is answered %i %s', async (path, status, code) => {
    const answer = await get<Problem>(path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('can be written with the schema that editors read, which is the committed one, and is sent once', async () => {
    const first = await get<Record<string, unknown>>('/v1/policy-schema');
    expect(first).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('application/schema+json'), etag: expect.stringMatching(/^"[0-9a-f]{64}"$/) } });
    expect(typeof first.body === 'string' ? JSON.parse(first.body) : first.body).toEqual(JSON.parse(readFileSync('docs/policies/policy.schema.json', 'utf8')));
    const etag = first.headers['etag'] ?? '';
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) expect((await call(app.url, 'GET', '/v1/policy-schema', { headers: { 'if-none-match': known } })).status).toBe(304);
    expect((await call(app.url, 'GET', '/v1/policy-schema', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('a test run shows outcome, cash and working, for staff', async () => {
    const { body } = await get<{ document: { examples: { given: object; expect: { cash: string } }[] } }>('/v1/policies/default-gbp/versions/1');
    const [example] = body.document.examples;
    const run = await send<{ outcome: string; cash: object; trace: object[] }>('POST', '/v1/policies/default-gbp/versions/1/test-runs', reviewer, { given: example?.given });
    expect([run.status, run.body.outcome, run.body.cash]).toEqual([200, 'eligible', { amount: example?.expect.cash, currency: 'GBP' }]);
    expect(run.body.trace.length).toBeGreaterThan(3);
    expect((await call(app.url, 'POST', '/v1/policies/default-gbp/versions/1/test-runs', { body: { given: {} } })).status).toBe(401);
    expect(await send<Problem>('POST', '/v1/policies/default-gbp/versions/1/test-runs', reviewer, { given: { turnover: 1.5 } })).toMatchObject({ status: 422, body: { code: 'policies.given_not_text' } });
  });
});

describe('schemes', () => {
  const plan = (more: object = {}): object => ({
    code: `scheme-${(count += 1)}`, title: { en: 'Cards' }, policyKey: 'default-gbp', outageIds: [outageId], zone: 'Europe/London', opensAt: '2026-10-14T00:00:00+01:00',
    closesAt: '2036-01-01T00:00:00Z', contact: { name: 'Care' }, texts: [{ kind: 'terms', language: 'en', body: 'You agree.' }], ...more,
  });

  it('are planned, edited in their words and extended', async () => {
    const planned = await send('POST', '/v1/schemes', author, plan());
    expect([planned.status, planned.headers['location'], planned.body.currency, planned.body.services, planned.body.status]).toEqual([201, `/v1/schemes/${planned.body.id}`, 'GBP', ['card'], 'open']);
    const path = `/v1/schemes/${planned.body.id}`;
    const edited = await send('PATCH', path, author, { contact: { name: 'Other' } }, match(planned.body));
    const extended = await send('POST', `${path}/extensions`, author, { closesAt: '2037-01-01T00:00:00Z', reason: 'slow post' }, match(edited.body));
    expect([edited.status, extended.status, extended.body.closesAt, extended.body.version]).toEqual([200, 201, '2037-01-01T00:00:00.000Z', 3]);
    expect((await get<SchemeView>(path)).body).toEqual(extended.body);
    expect((await get<{ items: SchemeView[] }>('/v1/schemes')).body.items.map(({ id }) => id)).toContain(planned.body.id);
  });

  it.each([
    ['dates', { opensAt: '2026-10-15T00:00:00Z' }], ['the policy', { policyKey: 'default-krw' }], ['the outages', { outageIds: [] }], ['the grace', { graceDays: 9 }],
  ])('an edit cannot name %s', async (_what, body) => {
    const { body: planned } = await send('POST', '/v1/schemes', author, plan());
    expect((await send<Problem>('PATCH', `/v1/schemes/${planned.id}`, author, body, match(planned))).status).toBe(400);
  });

  it.each([
    [{ policyKey: 'nothing' }, 422, 'schemes.policy_unknown'], [{ closesAt: '2026-10-14T00:00:00+01:00' }, 422, 'schemes.dates_reversed'],
    [{ opensAt: '2026-10-14T00:00:00' }, 422, 'time.zone_missing'], [{ zone: '+09:00' }, 422, 'schemes.zone_unknown'], [{ outageIds: ['x'] }, 422, 'schemes.outage_unknown'],
    [{ outageIds: [] }, 400, 'http.shape'], [{ graceDays: 1.5 }, 400, 'http.shape'],
  ])('%j is answered %i %s', async (more, status, code) => {
    const answer = await send<Problem>('POST', '/v1/schemes', author, plan(more));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('for a draft outage, or by somebody else, are refused', async () => {
    expect(await send<Problem>('POST', '/v1/schemes', author, plan({ outageIds: [draftId] }))).toMatchObject({ status: 422, body: { code: 'schemes.outage_unconfirmed' } });
    expect((await send<Problem>('POST', '/v1/schemes', reviewer, plan())).status).toBe(403);
    expect((await get<Problem>('/v1/schemes/01990000-0000-7000-8000-000000000000'))).toMatchObject({ status: 404, body: { code: 'schemes.not_found' } });
  });
});
