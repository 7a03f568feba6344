import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { sha256Hex } from '../../src/core/audit/index.js';
import type { Result } from '../../src/core/errors/index.js';
import { addLocalDays } from '../../src/core/time/index.js';
import type { SchemePlan, SchemeView } from '../../src/modules/schemes/index.js';
import { createTestDatabase } from '../support/database.js';
import { actingAs, asSystem, at, openLowerFloors, type LowerFloors } from '../support/lower-floors.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let floors: LowerFloors;
let [planner, another, outageId, draftId] = ['', '', '', ''];
let count = 0;

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}
const code = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code);

const scope = (service: string) => [{ service, region: '*', from: at('2026-10-13T08:00Z'), to: at('2026-10-13T20:00Z'), entry: 0 }];

beforeAll(async () => {
  database = await createTestDatabase();
  floors = openLowerFloors(database.appUrl);
  [planner, another] = [await floors.person('planner'), await floors.person('another')];
  value(await floors.policyImports.importFolder(asSystem, 'policies'));
  for (const service of ['card', 'qr']) value(await floors.services.add(actingAs(planner), { code: service, names: { en: service } }));
  const draft = async (service: string) => value(await floors.register.createDraft(actingAs(planner), {
    code: `${service}-${(count += 1)}`, title: { en: 'x' }, content: { complete: true, scope: scope(service), officialWindows: [], segments: [] },
  }));
  const first = await draft('card');
  outageId = value(await floors.register.confirm(actingAs(another), first.id, first.version, 1)).id;
  draftId = (await draft('qr')).id;
});

afterAll(async () => {
  await floors.close();
  await database.drop();
});

const plan = (more: Partial<SchemePlan> = {}): SchemePlan => ({
  code: `scheme-${(count += 1)}`, title: { en: 'Card outage' }, policyKey: 'default-gbp', outageIds: [outageId], zone: 'Europe/London',
  opensAt: at('2026-11-01T00:00Z'), closesAt: at('2026-12-01T00:00Z'), graceDays: 10, contact: { name: 'Care' }, targetDays: { decide: 20 },
  texts: [{ kind: 'terms', language: 'en', body: 'You agree.' }, { kind: 'who_decides', language: 'en', body: 'A rule, or two people.' }], ...more,
});
const planned = async (more: Partial<SchemePlan> = {}): Promise<SchemeView> => value(await floors.planning.plan(actingAs(planner), plan(more)));

describe('a scheme', () => {
  it('takes its currency from the policy and its services from what is recorded', async () => {
    const view = await planned();
    expect([view.currency, view.services, view.status, view.version]).toEqual(['GBP', ['card'], 'open', 1]);
    expect(value(await floors.schemeQueries.get(floors.reader, view.id))).toMatchObject({
      code: view.code, policyKey: 'default-gbp', currency: 'GBP', services: ['card'], outageIds: [outageId], closesAt: at('2026-12-01T00:00Z'),
      graceEndsAt: addLocalDays(at('2026-12-01T00:00Z'), 'Europe/London', 10),
    });
  });

  it('its status follows from the dates: opening included, closing not', async () => {
    const { id } = await planned();
    const statuses = [];
    for (const now of ['2026-10-31T23:59:59.999Z', '2026-11-01T00:00Z', '2026-11-30T23:59:59.999Z', '2026-12-01T00:00Z']) {
      floors.clock.moveTo(at(now));
      statuses.push(value(await floors.schemeQueries.view(floors.reader, id)).status);
    }
    floors.clock.moveTo(at('2026-11-24T12:00Z'));
    expect(statuses).toEqual(['planned', 'open', 'open', 'closed']);
  });

  it('grace ends at the same clock time, also across a clock change', async () => {
    const view = await planned({ closesAt: at('2027-03-27T23:00Z'), graceDays: 2 });
    expect(view.graceEndsAt).toBe('2027-03-29T22:00:00.000Z');
  });

  it.each([
    [{ policyKey: 'nothing' }, 'schemes.policy_unknown'], [{ outageIds: ['01990000-0000-7000-8000-000000000000'] }, 'schemes.outage_unknown'],
    [{ closesAt: at('2026-11-01T00:00Z') }, 'schemes.dates_reversed'], [{ zone: 'Mars/Base' }, 'schemes.zone_unknown'],
    [{ texts: [{ kind: 'terms' as const, language: 'en', body: ' ' }] }, 'schemes.text_empty'],
    [{ texts: [1, 2].map(() => ({ kind: 'terms' as const, language: 'en', body: 'x' })) }, 'schemes.text_repeated'],
  ])('with %j is refused as %s', async (more, refused) => {
    expect(code(await floors.planning.plan(actingAs(planner), plan(more)))).toBe(refused);
  });

  it('for an outage that nobody confirmed is refused', async () => {
    expect(code(await floors.planning.plan(actingAs(planner), plan({ outageIds: [outageId, draftId] })))).toBe('schemes.outage_unconfirmed');
  });

  it('a second one with the same code is refused', async () => {
    const { code: taken } = await planned();
    expect(code(await floors.planning.plan(actingAs(planner), plan({ code: taken })))).toBe('schemes.code_taken');
  });
});

describe('an extension', () => {
  it('is a row of its own and moves the closing later', async () => {
    const { id, version } = await planned();
    const first = value(await floors.planning.extend(actingAs(planner), id, version, { closesAt: at('2026-12-15T00:00Z'), reason: 'post was slow' }));
    const second = value(await floors.planning.extend(actingAs(planner), id, first.version, { closesAt: at('2027-01-15T00:00Z'), reason: 'again' }));
    expect(second.extensions.map(({ number, closesAt }) => [number, closesAt])).toEqual([[1, '2026-12-15T00:00:00.000Z'], [2, '2027-01-15T00:00:00.000Z']]);
    expect([second.closesAt, second.version]).toEqual(['2027-01-15T00:00:00.000Z', 3]);
    expect(code(await floors.planning.extend(actingAs(planner), id, second.version, { closesAt: at('2027-01-15T00:00Z'), reason: 'x' }))).toBe('schemes.extension_not_later');
    expect(code(await floors.planning.extend(actingAs(planner), id, version, { closesAt: at('2027-02-15T00:00Z'), reason: 'x' }))).toBe('http.stale');
  });

  it('into the past is refused, though the scheme closed before', async () => {
    const { id, version } = await planned({ opensAt: at('2026-01-01T00:00Z'), closesAt: at('2026-02-01T00:00Z') });
    expect(code(await floors.planning.extend(actingAs(planner), id, version, { closesAt: at('2026-03-01T00:00Z'), reason: 'x' }))).toBe('schemes.extension_not_later');
  });

  it('by direct SQL neither moves earlier nor is edited, and the dates of the scheme cannot be touched', async () => {
    const { id, version } = await planned();
    value(await floors.planning.extend(actingAs(planner), id, version, { closesAt: at('2026-12-15T00:00Z'), reason: 'x' }));
    const client = new pg.Client(database.appUrl);
    await client.connect();
    const refused = (sql: string) => client.query(sql, [id]).then(() => 'ok', (error: { constraint?: string; code: string }) => error.constraint ?? error.code);
    const insert = (number: number, closes: string) =>
      refused(`INSERT INTO scheme_extension SELECT id, ${number}, '${closes}', 'x', created_by, now() FROM scheme WHERE id = $1`);
    expect(await insert(2, '2026-12-14Z')).toBe('scheme_extension_later_ck');
    expect(await insert(3, '2027-12-14Z')).toBe('scheme_extension_later_ck');
    expect(await refused('UPDATE scheme_extension SET reason = reason WHERE scheme_id = $1')).toBe('42501');
    for (const column of ['opens_at', 'closes_at', 'policy_key', 'currency', 'grace_days', 'zone']) {
      expect(await refused(`UPDATE scheme SET ${column} = ${column}, version = version + 1 WHERE id = $1`)).toBe('42501');
    }
    await client.end();
  });
});

describe('the texts', () => {
  it('are superseded, never edited; an acceptance finds the one it named', async () => {
    const { id, version, texts } = await planned();
    const [terms] = texts.filter(({ kind }) => kind === 'terms');
    expect(terms).toMatchObject({ number: 1, hash: sha256Hex('You agree.') });
    const changed = value(await floors.planning.edit(actingAs(planner), id, version, {
      contact: { name: 'New care' },
      texts: [{ kind: 'terms', language: 'en', body: 'You agree, really.' }, { kind: 'release', language: 'en', body: 'Settled.' }, { kind: 'who_decides', language: 'en', body: 'A rule, or two people.' }],
    }));
    expect(changed.texts.map(({ kind, number }) => [kind, number])).toEqual([['release', 1], ['terms', 2], ['who_decides', 1]]);
    expect([changed.contact, changed.title]).toEqual([{ name: 'New care' }, { en: 'Card outage' }]);
    expect(await floors.schemeQueries.textByHash(floors.reader, id, terms?.hash ?? '')).toMatchObject({ number: 1, body: 'You agree.' });
    const without = value(await floors.planning.edit(actingAs(planner), id, changed.version, { texts: [{ kind: 'release', language: 'en', body: '' }] }));
    expect(without.texts.map(({ kind }) => kind)).toEqual(['terms', 'who_decides']);
  });
});
