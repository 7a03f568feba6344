import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import { REPORT_NAMES } from '../../src/modules/reporting/index.js';
import { instant, MINUTE } from '../../src/core/time/index.js';
import { OutageRegister, ServiceCatalogue } from '../../src/modules/outages/index.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { call, FixedClock } from '../support/app.js';
import { cause, claimAt, claimOf, type RequestedEvent } from '../support/claims.js';
import { actingAs } from '../support/lower-floors.js';
import { openWorld, type World } from '../support/world.js';

const clock = new FixedClock(instant(Date.parse('2026-11-01T12:00:00Z')));
let world: World;

interface Answer { readonly columns: { key: string; kind: string }[]; readonly items: Record<string, string | number | null>[] }

beforeAll(async () => {
  world = await openWorld({ clock, config: { autoDecisionDelaySeconds: 3_600 } });
  const { owner, reviewer, approver } = world.tokens;
  const recommended = [['submit', owner], ['pull', reviewer], ['recommend', reviewer]] as const;
  await claimAt(world, ['submit', owner]);
  await claimAt(world, ['submit', owner], ['pull', reviewer]);
  await claimAt(world, ...recommended);
  await claimAt(world, ...recommended, ['award', approver]);
  await claimAt(world, ...recommended, ['award', approver], ['accept', owner]);
  await claimAt(world, ['submit', owner], ['pull', reviewer], ['recommend_refusal', reviewer], ['refuse', approver]);
  await claimAt(world);
});
afterAll(() => world.close());

const asked = '?since=2020-01-01T00:00:00Z';
const report = async (name: string, query = asked): Promise<Answer> => (await world.as<Answer>('supervisor', 'GET', `/v1/reports/${name}${query}`)).body;

const userOf = async (token: string): Promise<string> => (await call<{ id: string }>(world.url, 'GET', '/v1/sessions/current', { token })).body.id;

describe('a report', () => {
  it.each(REPORT_NAMES)('%s says the same by the API, as a table and on its page', async (name) => {
    const { columns, items } = await report(name);
    const csv = (await world.as<string>('supervisor', 'GET', `/v1/reports/${name}${asked}&format=csv`)).body;
    const cells = items.map((item) => columns.map(({ key }) => String(item[key] ?? '')));
    expect(csv.trimEnd().split('\r\n').slice(1).map((line) => line.split(','))).toEqual(cells);
    const cookie = { headers: { cookie: `makegood_session=${world.tokens.supervisor}` } };
    const page = await call<string>(world.url, 'GET', `/en/reports/${name}?since=2020-01-01`, cookie);
    const rows = [...page.body.matchAll(/<tr class="govuk-table__row">(.*?)<\/tr>/gs)].slice(1).map(([, row = '']) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell.trim()));
    expect(rows.map((row) => row.length)).toEqual(items.map(() => columns.length));
    columns.forEach(({ key, kind }, index) => {
      if (kind === 'count') expect(rows.map((row) => row[index])).toEqual(items.map((item) => String(item[key])));
      if (kind === 'minor') expect(rows.map((row) => row[index]?.replace('£', ''))).toEqual(items.map((item) => item[key]));
    });
    const table = await call<string>(world.url, 'GET', `/en/reports/${name}/table?since=2020-01-01`, cookie);
    expect(table.body).toBe(csv);
  });

  it('counts what there is: every filed claim once, decisions by who made them, and nothing of drafts', async () => {
    const byState = await report('claims-by-state');
    expect(byState.items.map(({ state, claims }) => [state, claims])).toEqual([['accepted', 1], ['in_review', 1], ['offered', 1], ['recommended', 1], ['rejected', 1], ['submitted', 1]]);
    expect((await report('open-by-age')).items.map(({ state, age, claims }) => [state, age, claims])).toEqual(['in_review', 'offered', 'recommended', 'submitted'].map((state) => [state, 'day', 1]));
    expect((await report('reasons')).items).toEqual([{ reason: 'outage_not_recorded', outcome: 'refuse', decider: 'person', claims: 1 }]);
    expect((await report('workload')).items.map(({ person, stage, outcome, claims }) => [person, stage, outcome, claims])).toEqual([
      ['Amir Approver', 'decision', 'award', 2], ['Amir Approver', 'decision', 'refuse', 1], ['Rhea Reviewer', 'recommendation', 'award', 3], ['Rhea Reviewer', 'recommendation', 'refuse', 1],
    ]);
    expect((await report('overturned')).items).toEqual([{ scheme: byState.items[0]?.['scheme'], decider: 'person', decided: 3, objected: 0, upheld: 0, ofObjected: null, ofDecided: '0.0' }]);
    expect((await report('time-to-decision')).items.map(({ decider, claims }) => [decider, claims])).toEqual([['person', 3]]);
  });

  it('asks within a span and a scheme, and says in words what cannot be asked', async () => {
    expect((await report('claims-by-state', '?until=2020-01-01T00:00:00Z')).items).toEqual([]);
    expect((await report('claims-by-state', '?scheme=no-such-scheme')).items).toEqual([]);
    expect(await world.as('supervisor', 'GET', '/v1/reports/claims-by-state?since=2026-01-02T00:00:00Z&until=2026-01-02T00:00:00Z')).toMatchObject({ status: 422, body: { code: 'reporting.span_empty' } });
    expect(await world.as('supervisor', 'GET', '/v1/reports/nothing')).toMatchObject({ status: 404, body: { code: 'reporting.not_found' } });
    expect((await world.as('owner', 'GET', '/v1/reports/claims-by-state')).status).toBe(403);
  });

  it('leaves out of the time to decision what a claim waited for its business and what this portal was down, once where both were, on page, API and table', async () => {
    /** Everybody signs in anew. */
    const pass = async (minutes: number): Promise<void> => {
      clock.moveTo(instant(clock.now() + minutes * MINUTE));
      for (const name of ['owner', 'reviewer', 'approver', 'supervisor'] as const) {
        const { body } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: DEMO_PEOPLE[name].email, password: DEMO_PASSWORD } });
        Object.assign(world.tokens, { [name]: body.token });
      }
    };
    const step = async (id: string, event: RequestedEvent, person: 'owner' | 'reviewer' | 'approver'): Promise<void> => { expect((await cause(world, world.tokens[person], event, await claimOf(world, id))).status).toBe(201); };
    const [editor, second] = [actingAs(await userOf(world.tokens.registerEditor)), actingAs(await userOf(world.tokens.registerSecond))];
    unwrap(await world.app.get(ServiceCatalogue).add(editor, { code: 'portal', names: { en: 'This portal' }, own: true }));
    await pass(1);
    const since = new Date(clock.now()).toISOString();
    const { id } = await claimAt(world, ['submit', world.tokens.owner]);
    await pass(2);
    await step(id, 'pull', 'reviewer');
    await step(id, 'ask', 'reviewer');
    await pass(10);
    await step(id, 'answer', 'owner');
    await pass(8);
    // Down from two minutes before the answer to three after it.
    const line = { service: 'portal', region: '*', from: instant(clock.now() - 10 * MINUTE), to: instant(clock.now() - 5 * MINUTE) };
    const register = world.app.get(OutageRegister);
    const draft = unwrap(await register.createDraft(editor, { code: 'ours', title: { en: 'Ours' }, content: { complete: true, scope: [{ ...line, entry: 0 }], officialWindows: [], segments: [{ ...line, state: 'down', source: 'watch' }] } }));
    unwrap(await register.confirm(second, draft.id, draft.version, 1));
    await step(id, 'recommend', 'reviewer');
    await step(id, 'award', 'approver');
    await pass(1);
    const query = `?since=${since}`;
    const ours = 7 * MINUTE;
    const { items: [row, ...more] } = await report('time-to-decision', query);
    expect([row, more]).toMatchObject([{ decider: 'person', claims: 1, median: ours, ninth: ours, longest: ours }, []]);
    const csv = (await world.as<string>('supervisor', 'GET', `/v1/reports/time-to-decision${query}&format=csv`)).body;
    expect(csv).toContain(`person,1,${ours},${ours},${ours}`);
    // Pages are asked by the day: with three decisions at once, the longest is this one.
    const page = await call<string>(world.url, 'GET', '/en/reports/time-to-decision?since=2026-11-01', { headers: { cookie: `makegood_session=${world.tokens.supervisor}` } });
    const [cells = []] = [...page.body.matchAll(/<tr class="govuk-table__row">(.*?)<\/tr>/gs)].slice(1).map(([, text = '']) => [...text.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell.trim()));
    expect(cells.slice(-4).map((cell) => cell.replaceAll('\u00a0', ' '))).toEqual(['4', '0 min', '7 min', '7 min']);
  });
});
