import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Result } from '../../src/core/errors/index.js';
import { compareRatio, parseRatio, ratio } from '../../src/core/money/index.js';
import { durationMs, HOUR, instant, intersect, normalise, type Instant, type Interval } from '../../src/core/time/index.js';
import type { OutageFacts } from '../../src/core/policy/index.js';
import type { RevisionContent, SegmentLine } from '../../src/modules/outages/index.js';
import { createTestDatabase } from '../support/database.js';
import { actingAs, asSystem, at, openLowerFloors, type LowerFloors } from '../support/lower-floors.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let floors: LowerFloors;
let [editor, another] = ['', ''];
let count = 0;

const START = at('2026-10-01T00:00Z');
const HOURS = 60;
const SERVICES = ['a', 'b', 'c'];
const REGIONS = ['*', 'north', 'south'];
const hour = (n: number): Instant => instant(START + n * HOUR);

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

/** What one test knows of the register it wrote, to compare with. */
interface Model {
  readonly id: string;
  readonly content: RevisionContent;
}

/** Small hours make many overlaps: scopes everywhere or by region, segments cut from them, some stretches left silent. */
const contents = fc.record({
  complete: fc.boolean(),
  byRegion: fc.boolean(),
  scopes: fc.uniqueArray(fc.record({ service: fc.constantFrom(...SERVICES), region: fc.constantFrom('north', 'south'), from: fc.nat(HOURS - 8), length: fc.integer({ min: 1, max: 14 }) }), {
    minLength: 1, maxLength: 4, selector: ({ service, region }) => `${service} ${region}`,
  }),
  cuts: fc.array(fc.record({ at: fc.integer({ min: 0, max: 14 }), state: fc.constantFrom('down', 'degraded', 'unknown', 'maintenance', 'up', 'silent'), level: fc.constantFrom(1n, 2n, 3n) }), { minLength: 1, maxLength: 6 }),
}).map(({ complete, byRegion, scopes, cuts }): RevisionContent => {
  const named = byRegion ? scopes : scopes.filter((scope, index) => scopes.findIndex(({ service }) => service === scope.service) === index);
  const scope = named.map(({ service, region, from, length }, entry) => ({
    service, region: byRegion ? region : '*', from: hour(from), to: hour(from + length), entry,
  }));
  const segments = scope.flatMap((line) => {
    const sorted = [...cuts].sort((x, y) => x.at - y.at).filter(({ at: cut }, index, all) => index === 0 || cut !== all[index - 1]?.at);
    return sorted.flatMap(({ at: cut, state, level }, index): SegmentLine[] => {
      const from = instant(line.from + cut * HOUR);
      const to = Math.min(line.to, line.from + (sorted[index + 1]?.at ?? 99) * HOUR) as Instant;
      if (state === 'silent' || from >= to) return [];
      return [{
        service: line.service, region: line.region, from, to, source: 'probe', state,
        ...(state === 'degraded' ? { level: ratio(level, 4n) } : {}), ...(state === 'maintenance' ? { notice: 'mail' } : {}),
      }];
    });
  });
  const [first] = scope;
  const officialWindows = first === undefined ? [] : [{ service: first.service, from: first.from, to: first.to }];
  return { complete, scope, segments, officialWindows };
});

const windows = fc.tuple(fc.nat(HOURS + 10), fc.integer({ min: 1, max: 40 })).map(([from, length]): Interval => ({ from: hour(from - 5), to: hour(from - 5 + length) }));

async function record(content: RevisionContent): Promise<Model> {
  const { id, version } = value(await floors.register.createDraft(actingAs(editor), { code: `o-${(count += 1)}`, title: { en: 'x' }, content }));
  value(await floors.register.confirm(actingAs(another), id, version, 1));
  return { id, content };
}

const applies = (row: { service: string; region: string }, service: string, region: string | undefined): boolean =>
  row.service === service && (region === undefined || row.region === '*' || row.region === region);

beforeAll(async () => {
  database = await createTestDatabase();
  floors = openLowerFloors(database.appUrl);
  [editor, another] = [await floors.person('editor'), await floors.person('another')];
  for (const code of SERVICES) value(await floors.services.add(actingAs(editor), { code, names: { en: code } }));
});

afterAll(async () => {
  await floors.close();
  await database.drop();
});

const ORDER = ['notRecorded', 'presumed_up', 'up', 'maintenance', 'unknown', 'degraded', 'down'];

/** Straight from the words of the design: at one instant, the worst that any outage says. */
function worstAt(models: readonly Model[], service: string, region: string | undefined, moment: number): { state: string; level?: string } {
  const said = models.flatMap(({ content }) => {
    if (!content.scope.some((line) => applies(line, service, region) && line.from <= moment && moment < (line.to ?? Infinity))) return [];
    const lines = content.segments.filter((line) => applies(line, service, region) && line.from <= moment && moment < (line.to ?? Infinity));
    const silent = content.scope.filter((line) => applies(line, service, region) && line.from <= moment && moment < (line.to ?? Infinity)).length > lines.length;
    const states: { state: string; level?: SegmentLine['level'] }[] = lines.map(({ state, level }) => ({ state, level }));
    return silent && lines.length === 0 ? [{ state: content.complete ? 'presumed_up' : 'unknown' }] : states;
  });
  const worst = said.reduce<{ state: string; level?: SegmentLine['level'] }>((best, one) => {
    const rank = ORDER.indexOf(one.state) - ORDER.indexOf(best.state);
    return rank > 0 || (rank === 0 && one.level !== undefined && best.level !== undefined && compareRatio(one.level, best.level) > 0) ? one : best;
  }, { state: 'notRecorded' });
  return worst.level === undefined ? { state: worst.state } : { state: worst.state, level: `${worst.level.num}/${worst.level.den}` };
}

describe('a random register', () => {
  const models: Model[] = [];

  beforeAll(async () => {
    for (const content of fc.sample(contents, { numRuns: 25, seed: 7 })) models.push(await record(content));
  });

  it('up, down, degraded, unknown and maintenance add up to the scope; with the rest, to the window', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...SERVICES), fc.constantFrom(...REGIONS.slice(1), undefined), windows, async (service, region, window) => {
      const view = value(await floors.registerQueries.timeline(floors.reader, { service, window, ...(region === undefined ? {} : { region }) }, {}));
      const scope = normalise(models.flatMap(({ content }) => content.scope.filter((line) => applies(line, service, region))).map(({ from, to = from }) => ({ from, to })));
      const { notRecorded, ...recorded } = view.totalsMs;
      const sum = Object.values(recorded).reduce((a, b) => a + b, 0);
      expect(sum).toBe(durationMs(intersect(scope, [window])));
      expect(sum + notRecorded).toBe(window.to - window.from);
      const pieces = [...view.pieces, ...view.notRecorded].sort((a, b) => (a.from < b.from ? -1 : 1));
      expect(pieces[0]?.from).toBe(view.from);
      expect(pieces.at(-1)?.to).toBe(view.to);
      pieces.slice(1).forEach((piece, index) => expect(piece.from).toBe(pieces[index]?.to));
    }), { numRuns: 60 });
  });

  it('shows at each instant the worst that any outage says', async () => {
    for (const service of SERVICES) {
      for (const region of ['north', 'south']) {
        const window = { from: hour(-2), to: hour(HOURS + 10) };
        const view = value(await floors.registerQueries.timeline(floors.reader, { service, region, window }, {}));
        for (let h = -2; h < HOURS + 10; h += 1) {
          const moment = new Date(hour(h) + 1).toISOString();
          const piece = view.pieces.find(({ from, to }) => from <= moment && moment < to);
          const shown = piece === undefined ? { state: 'notRecorded' } : { state: piece.state, ...(piece.level === undefined ? {} : { level: piece.level }) };
          expect({ h, ...shown }).toEqual({ h, ...worstAt(models, service, region, hour(h) + 1) });
        }
      }
    }
  });

  it('gives an assessment exactly the outages that touch its span, whole', async () => {
    await fc.assert(fc.asyncProperty(fc.subarray(SERVICES, { minLength: 1 }), fc.option(fc.subarray(['north', 'south']), { nil: undefined }), windows, async (services, regions, span) => {
      const { outages } = await floors.registerQueries.facts(floors.reader, { services, span, ...(regions === undefined ? {} : { regions }) });
      const wanted = (row: { service: string; region: string }): boolean =>
        services.includes(row.service) && (regions === undefined || row.region === '*' || regions.includes(row.region));
      const expected = models.filter(({ content }) => content.scope.some((line) => wanted(line) && line.from < span.to && (line.to ?? Infinity) > span.from))
        .map(({ id, content }): OutageFacts => ({
          id, revision: 1, ended: false, final: false, complete: content.complete,
          scopes: sorted(content.scope.filter(wanted).map(({ service, region, from, to = from }) => ({ service, region, from, to }))),
          officialWindows: content.officialWindows.filter(({ service }) => services.includes(service)),
          segments: sorted(content.segments.filter(wanted).map(({ service, region, from, to = from, state, source, level }) => ({
            service, region, from, to, state, source, ...(level === undefined ? {} : { level: `${level.num}/${level.den}` }),
          }))),
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(outages).toEqual(expected);
    }), { numRuns: 60 });
  });
});

const sorted = <T extends { service: string; region: string; from: number }>(rows: T[]): T[] =>
  rows.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.region < b.region ? -1 : a.region > b.region ? 1 : a.from - b.from));

describe('as of', () => {
  it('answers about the past stay the same to the byte, whatever is amended, ended or finalised later', async () => {
    const asked: { registerVersion: number; asOf: Instant; answers: string }[] = [];
    const window = { from: hour(0), to: hour(HOURS) };
    const ask = async (view: { registerVersion?: number; asOf?: Instant }): Promise<string> => JSON.stringify([
      await floors.registerQueries.timeline(floors.reader, { service: 'a', window }, view),
      await floors.registerQueries.timeline(floors.reader, { service: 'b', region: 'north', window }, view),
      await floors.registerQueries.outageAsOf(floors.reader, outage.id, view),
      await floors.registerQueries.page(floors.reader, { registerVersion: value(await floors.registerQueries.versionOf(floors.reader, view)), limit: 100 }),
      view.registerVersion === undefined ? null : await floors.registerQueries.facts(floors.reader, { services: ['a', 'b'], span: window, registerVersion: view.registerVersion }),
    ]);
    const note = async (): Promise<void> => {
      floors.clock.advance(1_000);
      const [registerVersion, asOf] = [await floors.registerQueries.registerVersion(floors.reader), floors.clock.now()];
      expect(value(await floors.registerQueries.versionOf(floors.reader, { asOf }))).toBe(registerVersion);
      asked.push({ registerVersion, asOf, answers: (await ask({ registerVersion })) + (await ask({ asOf })) });
    };
    const line = (from: number, to?: number): SegmentLine => ({ service: 'a', region: '*', state: 'down', source: 'probe', from: hour(from), ...(to === undefined ? {} : { to: hour(to) }) });
    const said = (...segments: SegmentLine[]): RevisionContent => ({ complete: true, scope: [{ service: 'a', region: '*', from: hour(0), entry: 0 }], officialWindows: [], segments });
    const outage = value(await floors.register.createDraft(actingAs(editor), { code: 'as-of', title: { en: 'x' }, content: said(line(3)) }));
    await note();
    value(await floors.register.confirm(actingAs(another), outage.id, outage.version, 1));
    await note();
    const amend = (reason: string, content: RevisionContent) => floors.work.run(asSystem, (tx) => floors.register.amendIn(tx, actingAs(editor), outage.id, undefined, { reason, content }));
    const recordRevision = (revision: number) => floors.work.run(asSystem, (tx) => floors.register.recordIn(tx, actingAs(another), outage.id, revision));
    const current = async (): Promise<number> => value(await floors.registerQueries.outage(floors.reader, actingAs(editor).actor, outage.id)).version;
    value(await amend('later', said(line(4))));
    await note();
    value(await recordRevision(2));
    await note();
    value(await floors.register.end(actingAs(editor), outage.id, await current(), hour(9)));
    await note();
    value(await floors.register.finalise(actingAs(another), outage.id, await current()));
    await note();
    value(await amend('void', { complete: true, scope: [], officialWindows: [], segments: [] }));
    value(await recordRevision(4));
    await record(fc.sample(contents, { numRuns: 1, seed: 3 })[0] as RevisionContent);
    await note();

    // A proposal that nobody confirmed is not knowledge: the third answer is the second.
    expect(asked.findIndex(({ answers }) => answers === asked[2]?.answers)).toBe(1);
    expect(new Set(asked.map(({ answers }) => answers)).size).toBe(asked.length - 1);
    for (const { registerVersion, asOf, answers } of asked) expect((await ask({ registerVersion })) + (await ask({ asOf }))).toBe(answers);
  });

  it('a change in the very millisecond of the question is not part of its answer', async () => {
    const asOf = floors.clock.now();
    const before = value(await floors.registerQueries.versionOf(floors.reader, { asOf }));
    await record(fc.sample(contents, { numRuns: 1, seed: 4 })[0] as RevisionContent);
    expect(value(await floors.registerQueries.versionOf(floors.reader, { asOf }))).toBe(before);
    floors.clock.advance(1);
    expect(value(await floors.registerQueries.versionOf(floors.reader, { asOf: floors.clock.now() }))).toBe(before + 1);
  });

  it('waits for a change that is being written, so that its answer holds for ever', async () => {
    let answered: number | undefined;
    floors.clock.advance(1_000);
    await floors.work.run(actingAs(editor), async (tx) => {
      await tx.query('UPDATE register SET version = version + 1, recorded_at = $1', [new Date(floors.clock.now() - 1)]);
      void floors.registerQueries.versionOf(floors.reader, { asOf: floors.clock.now() }).then((version) => { answered = value(version); });
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(answered).toBeUndefined();
      return { ok: false, refusal: { code: 'test.rollback', params: {} } };
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(await floors.registerQueries.registerVersion(floors.reader));
  });

  it.each([
    [{ asOf: at('2030-01-01T00:00Z') }, 'register.as_of_future'], [{ registerVersion: 9_999 }, 'register.version_unknown'],
    [{ asOf: at('2026-01-01T00:00Z'), registerVersion: 1 }, 'register.one_as_of'],
  ])('%j is refused as %s', async (view, code) => {
    expect(await floors.registerQueries.versionOf(floors.reader, view)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('before anything was recorded nothing is recorded', async () => {
    const view = value(await floors.registerQueries.timeline(floors.reader, { service: 'a', window: { from: hour(0), to: hour(1) } }, { asOf: at('2026-01-01T00:00Z') }));
    expect([view.registerVersion, view.pieces, view.totalsMs.notRecorded]).toEqual([0, [], HOUR]);
  });
});

describe('an open line in the facts', () => {
  it('is closed at the end of the span, and one that begins later is left out', async () => {
    const scope = [{ service: 'c', region: '*', from: hour(500), entry: 0 }];
    const segments = [500, 510].map((from): SegmentLine => ({
      service: 'c', region: '*', state: 'degraded', source: 'x', from: hour(from), ...(from === 500 ? { to: hour(505) } : {}), level: level('1/3'),
    }));
    floors.clock.moveTo(hour(600));
    await record({ complete: false, scope, officialWindows: [], segments });
    const facts = async (to: number) => (await floors.registerQueries.facts(floors.reader, { services: ['c'], span: { from: hour(500), to: hour(to) } })).outages.at(-1);
    expect((await facts(520))?.segments.map(({ from, to }) => [from, to])).toEqual([[hour(500), hour(505)], [hour(510), hour(520)]]);
    expect((await facts(506))?.segments.map(({ from, to }) => [from, to])).toEqual([[hour(500), hour(505)]]);
    expect((await facts(506))?.scopes.map(({ to }) => to)).toEqual([hour(506)]);
  });
});

function level(text: string) {
  const read = parseRatio(text);
  if (!read.ok) throw new Error(text);
  return read.value;
}
