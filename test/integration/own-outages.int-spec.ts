import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Result } from '../../src/core/errors/index.js';
import { ratio } from '../../src/core/money/index.js';
import { recordedTimeline } from '../../src/core/policy/index.js';
import { HOUR, MINUTE, where } from '../../src/core/time/index.js';
import type { OutageView, SegmentLine } from '../../src/modules/outages/index.js';
import type { SchemeView } from '../../src/modules/schemes/index.js';
import { createTestDatabase } from '../support/database.js';
import { actingAs, asSystem, at, openLowerFloors, type LowerFloors } from '../support/lower-floors.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let floors: LowerFloors;
let [editor, another] = ['', ''];
let scheme: SchemeView;
let count = 0;

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

const line = (service: string, from: string, to?: string, more: Partial<SegmentLine> = {}): SegmentLine =>
  ({ service, region: '*', state: 'down', source: 'watch', from: at(from), ...(to === undefined ? {} : { to: at(to) }), ...more });
const draft = async (...segments: SegmentLine[]): Promise<OutageView> => value(await floors.register.createDraft(actingAs(editor), {
  code: `o-${(count += 1)}`, title: { en: 'x' },
  content: { complete: true, officialWindows: [], segments, scope: segments.map(({ service, region, from, to }, entry) => ({ service, region, from, ...(to === undefined ? {} : { to }), entry })) },
}));
const confirm = async ({ id, version }: OutageView): Promise<OutageView> => value(await floors.register.confirm(actingAs(another), id, version, 1));
async function amended({ id, scope }: OutageView, segments: SegmentLine[]): Promise<void> {
  const content = { complete: true, officialWindows: [], segments, scope: scope.map(({ service, region, from, to }, entry) => ({ service, region, from: at(from), ...(to === undefined ? {} : { to: at(to) }), entry })) };
  const revision = value(await floors.work.run(asSystem, (tx) => floors.register.amendIn(tx, actingAs(editor), id, undefined, { reason: 'x', content })));
  value(await floors.work.run(asSystem, (tx) => floors.register.recordIn(tx, actingAs(another), id, revision)));
}
const shown = async (): Promise<SchemeView> => value(await floors.schemeQueries.view(floors.reader, scheme.id));
const [CLOSES, GRACE] = ['2026-11-30T00:00:00.000Z', '2026-12-05T00:00:00.000Z'];

beforeAll(async () => {
  database = await createTestDatabase();
  floors = openLowerFloors(database.appUrl, at('2026-11-10T12:00Z'));
  [editor, another] = [await floors.person('editor'), await floors.person('another')];
  value(await floors.policyImports.importFolder(asSystem, 'policies'));
  const add = async (code: string, more: { parent?: string; own?: boolean } = {}) => value(await floors.services.add(actingAs(editor), { code, names: { en: code }, ...more }));
  await add('card');
  expect((await add('portal', { own: true })).own).toBe(true);
  expect((await add('portal.pages', { parent: 'portal' })).own).toBe(true);
  const outage = await confirm(await draft(line('card', '2026-10-13T08:00Z', '2026-10-13T12:00Z')));
  scheme = value(await floors.planning.plan(actingAs(editor), {
    code: 'cards', title: { en: 'Cards' }, policyKey: 'default-gbp', outageIds: [outage.id], zone: 'UTC', opensAt: at('2026-11-01T00:00Z'), closesAt: at(CLOSES), graceDays: 5,
    contact: { name: 'Care' }, targetDays: {}, texts: [{ kind: 'terms', language: 'en', body: 'You agree.' }, { kind: 'who_decides', language: 'en', body: 'A rule.' }],
  }));
});

afterAll(async () => {
  await floors.close();
  await database.drop();
});

describe('our own outages', () => {
  it('move nothing while only somebody else was down, or while nobody has confirmed them', async () => {
    await draft(line('portal.pages', '2026-11-05T08:00Z', '2026-11-05T09:00Z'));
    await confirm(await draft(line('card', '2026-11-06T08:00Z', '2026-11-06T12:00Z')));
    expect(await shown()).toMatchObject({ closesAt: CLOSES, graceEndsAt: GRACE });
    expect(await shown()).not.toHaveProperty('closesMoved');
  });

  it('move nothing by announced maintenance, by unknown time, or before the clock began', async () => {
    await confirm(await draft(
      line('portal.pages', '2026-11-02T00:00Z', '2026-11-02T01:00Z', { state: 'maintenance', notice: 'on the page' }), line('portal.pages', '2026-11-02T02:00Z', '2026-11-02T03:00Z', { state: 'unknown' }),
      line('portal.pages', '2026-10-30T00:00Z', '2026-10-31T01:00Z'),
    ));
    expect(await shown()).toMatchObject({ closesAt: CLOSES, graceEndsAt: GRACE });
  });

  it('move both ends of a scheme once another person confirmed them, and say so', async () => {
    await confirm(await draft(line('portal.pages', '2026-11-08T08:00Z', '2026-11-08T11:20Z')));
    const because = [{ from: '2026-11-08T08:00:00.000Z', to: '2026-11-08T11:20:00.000Z' }];
    expect(await shown()).toMatchObject({
      closesAt: '2026-11-30T03:20:00.000Z', graceEndsAt: '2026-12-05T03:20:00.000Z',
      closesMoved: { promisedAt: CLOSES, movedMs: 12_000_000, because }, graceMoved: { promisedAt: GRACE, movedMs: 12_000_000, because },
    });
    expect(value(await floors.schemeQueries.get(floors.reader, scheme.id))).toMatchObject({ closesAt: at('2026-11-30T03:20Z'), graceEndsAt: at('2026-12-05T03:20Z') });
    expect((await floors.schemeQueries.page(floors.reader, { limit: 5 }))[0]).toMatchObject({ closesAt: '2026-11-30T03:20:00.000Z' });
  });

  it('keep the scheme open while one goes on that the deadline fell into', async () => {
    floors.clock.moveTo(at('2026-11-30T03:00Z'));
    const { id, version } = await confirm(await draft(line('portal.pages', '2026-11-30T03:00Z')));
    floors.clock.moveTo(at('2026-11-30T05:00Z'));
    expect(await shown()).toMatchObject({ status: 'open', closesAt: '2026-11-30T05:20:00.000Z' });
    value(await floors.register.end(actingAs(editor), id, version, at('2026-11-30T04:00Z')));
    expect(await shown()).toMatchObject({ status: 'closed', closesAt: '2026-11-30T04:20:00.000Z', closesMoved: { movedMs: 12_000_000 + HOUR } });
  });

  it('count as the whole register says: overlapping ones once, amended ones as they stand, and nothing that was taken back', async () => {
    const begins = (minutes: number): string => new Date(at('2026-11-11T00:00Z') + minutes * MINUTE).toISOString();
    value(await floors.services.add(actingAs(editor), { code: 'portal.api', names: { en: 'API' }, parent: 'portal' }));
    const own = ['portal.pages', 'portal.api'];
    const states = [{}, { state: 'degraded', level: ratio(1n, 2n) }, { state: 'unknown' }, { state: 'up' }] as const;
    for (let n = 0; n < 24; n += 1) {
      const made = await confirm(await draft(line(own[n % 2] ?? '', begins(n * 37), begins(n * 37 + 20 + (n % 5) * 30), states[n % 4])));
      if (n % 6 === 0) await amended(made, n % 12 === 0 ? [] : [line(own[n % 2] ?? '', begins(n * 37 + 5), begins(n * 37 + 15))]);
    }
    const window = { from: at('2026-11-11T00:30Z'), to: floors.clock.now() };
    const { outages } = await floors.registerQueries.facts(floors.reader, { services: own, span: window });
    const whole = where(recordedTimeline({ claim: { services: own }, enrolments: [], outages }, window), ({ state }) => state === 'down' || state === 'degraded');
    expect(whole.length).toBeGreaterThan(5);
    expect(await floors.registerQueries.ownDowntime(floors.reader, window.from)).toEqual(whole);
  });
});
