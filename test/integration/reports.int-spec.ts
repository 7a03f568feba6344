import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REPORT_NAMES } from '../../src/modules/reporting/index.js';
import { instant } from '../../src/core/time/index.js';
import { call, FixedClock } from '../support/app.js';
import { claimAt } from '../support/claims.js';
import { openWorld, type World } from '../support/world.js';

let world: World;

interface Answer { readonly columns: { key: string; kind: string }[]; readonly items: Record<string, string | number | null>[] }

beforeAll(async () => {
  world = await openWorld({ clock: new FixedClock(instant(Date.parse('2026-11-01T12:00:00Z'))), config: { autoDecisionDelaySeconds: 3_600 } });
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
});
