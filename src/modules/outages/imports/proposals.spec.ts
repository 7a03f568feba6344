import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instant, type Instant, type Interval } from '../../../core/time/index.js';
import { FEED_STATES } from './feed.rules.js';
import { continued, disagreements, doMeet, groupLines, isSameMatter, mapLines, mattersOf, mergeLines, overruled, withSilences, type ProposedLine } from './proposal.rules.js';

const T0 = 1_700_000_000_000;
const at = (minute: number): Instant => instant(T0 + minute * 60_000);
const minutes = fc.integer({ min: 0, max: 120 });

const line = fc.record({
  service: fc.constantFrom('a', 'b'), region: fc.constantFrom('*', 'eu'), from: minutes, length: fc.integer({ min: 1, max: 40 }), open: fc.integer({ min: 0, max: 9 }),
  state: fc.constantFrom(...FEED_STATES), externalId: fc.constantFrom('x', 'y', 'z'),
}).map(({ from, length, open, ...rest }): ProposedLine => ({ ...rest, from: at(from), ...(open === 0 ? {} : { to: at(from + length) }) }));
const lines = fc.array(line, { maxLength: 12 });
/** Many say much the same from the same minute on: who of them is quoted may not depend on who came first. */
const crowded = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom('x', 'y', 'z'), fc.constantFrom('down', 'degraded')), { maxLength: 6 })
  .map((all) => all.map(([from, externalId, state]): ProposedLine => ({ service: 'a', region: '*', from: at(from), to: at(5), state, externalId })));
const silences = fc.array(fc.tuple(minutes, fc.integer({ min: 1, max: 30 })).map(([from, length]): Interval => ({ from: at(from), to: at(from + length) })), { maxLength: 4 });

const down = (from: number, to: number | undefined, more: Partial<ProposedLine> = {}): ProposedLine => ({ service: 'a', region: '*', from: at(from), state: 'down', externalId: 'x', ...(to === undefined ? {} : { to: at(to) }), ...more });

/** What is said of a service and region in a minute. */
const saidAt = (all: readonly ProposedLine[], service: string, region: string, minute: number): ProposedLine[] =>
  all.filter((one) => one.service === service && one.region === region && one.from <= at(minute) && (one.to === undefined || one.to > at(minute)));

describe('merging what a feed says', () => {
  it('does not depend on the order', () => {
    fc.assert(fc.property(fc.oneof(lines, crowded), fc.infiniteStream(fc.nat()), (all, keys) => {
      const shuffled = all.map((one) => [keys.next().value as number, one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);
      expect(mergeLines(shuffled)).toEqual(mergeLines(all));
    }));
  });

  it('done twice is done once', () => {
    fc.assert(fc.property(lines, (all) => {
      expect(mergeLines(mergeLines(all))).toEqual(mergeLines(all));
      expect(mergeLines([...all, ...all])).toEqual(mergeLines(all));
    }));
  });

  it('leaves one state for each instant, and speaks for the same time', () => {
    fc.assert(fc.property(lines, fc.integer({ min: 0, max: 200 }), (all, minute) => {
      for (const [service, region] of [['a', '*'], ['a', 'eu'], ['b', '*'], ['b', 'eu']] as const) {
        expect(saidAt(mergeLines(all), service, region, minute)).toHaveLength(saidAt(all, service, region, minute).length === 0 ? 0 : 1);
      }
    }));
  });

  it('keeps the worst', () => {
    expect(mergeLines([down(0, 30, { state: 'degraded' }), down(10, 20)]).map(({ state }) => state)).toEqual(['degraded', 'down', 'degraded']);
  });
});

describe('a source that is off', () => {
  it('turns its time to unknown, and no other', () => {
    fc.assert(fc.property(lines, silences, fc.integer({ min: 0, max: 200 }), (all, quiet, minute) => {
      const off = quiet.some(({ from, to }) => from <= at(minute) && at(minute) < to);
      const after = withSilences(all, quiet);
      for (const [service, region] of [['a', '*'], ['b', 'eu']] as const) {
        const [before, now] = [saidAt(all, service, region, minute), saidAt(after, service, region, minute)];
        expect(now.map(({ state }) => state).sort()).toEqual(before.map(({ state }) => (off ? 'unknown' : state)).sort());
      }
    }));
  });

  it('for good leaves an open end unknown', () => {
    expect(withSilences([down(0, undefined)], [{ from: at(10), to: Number.MAX_SAFE_INTEGER as Instant }]).map(({ state, to }) => [state, to]))
      .toEqual([['down', at(10)], ['unknown', undefined]]);
  });
});

describe('grouping', () => {
  it('joins at the gap and not beyond', () => {
    expect(groupLines([down(0, 10), down(15, 20, { service: 'b' })], 5 * 60_000)).toHaveLength(1);
    expect(groupLines([down(0, 10), down(16, 20, { service: 'b' })], 5 * 60_000)).toHaveLength(2);
  });

  it('puts every stretch of trouble in exactly one group', () => {
    fc.assert(fc.property(lines, fc.integer({ min: 0, max: 30 }), (all, gap) => {
      const grouped = groupLines(all, gap * 60_000).flatMap((group) => group.lines.filter(({ state }) => state !== 'up'));
      const merged = mergeLines(all).filter(({ state }) => state !== 'up');
      expect(new Set(grouped.map((one) => JSON.stringify(one)))).toEqual(new Set(merged.map((one) => JSON.stringify(one))));
      expect(grouped).toHaveLength(merged.length);
    }));
  });

  it('proposes nothing where all was well', () => {
    expect(groupLines([down(0, 100, { state: 'up' })], 60_000)).toEqual([]);
  });

  it('keeps what a moving window no longer shows', () => {
    expect(continued([down(0, 10)], [down(5, 20)], at(5)).map(({ from, to }) => [from, to])).toEqual([[at(0), at(20)]]);
  });

  it('knows a matter again by its id or by its time', () => {
    expect(isSameMatter([down(0, 10)], [down(50, 60)])).toBe(true);
    expect(isSameMatter([down(0, 10)], [down(5, 60, { externalId: 'y' })])).toBe(true);
    expect(isSameMatter([down(0, 10)], [down(10, 60, { externalId: 'y' })])).toBe(false);
  });
});

describe('what a reading says of what stands', () => {
  const stands = fc.array(fc.record({ words: fc.array(line, { minLength: 1, maxLength: 4 }), isRecorded: fc.boolean() }), { maxLength: 6 });

  it('speaks of each proposal once at most, leaves out none of the same matter, and loses no group', () => {
    fc.assert(fc.property(lines, stands, fc.integer({ min: 0, max: 20 }), (all, standing, gap) => {
      const groups = groupLines(all, gap * 60_000);
      const matters = mattersOf(groups, standing);
      expect(matters.flatMap((matter) => matter.groups).sort((a, b) => groups.indexOf(a) - groups.indexOf(b))).toEqual(groups);
      const spoken = matters.flatMap((matter) => matter.standing);
      expect(new Set(spoken).size).toBe(spoken.length);
      const meant = standing.flatMap(({ words }, place) => (groups.some((group) => isSameMatter(words, group.lines)) ? [place] : []));
      expect([...spoken].sort((a, b) => a - b)).toEqual(meant);
      for (const [place, { words, isRecorded }] of standing.entries()) {
        const meeting = matters.filter((matter) => matter.groups.some((group) => doMeet(words, group.lines)));
        if (isRecorded) expect(meeting).toHaveLength(meeting.length === 0 ? 0 : 1);
        if (meeting.length > 0) expect(meeting.some((matter) => matter.standing.includes(place))).toBe(true);
      }
    }));
  });
});

describe('names', () => {
  it('that nobody mapped are asked for, and those left out on purpose are not', () => {
    const feed = ['API', 'Blog', 'New'].map((component) => ({ component, region: 'eu', externalId: component, from: at(0), state: 'down' as const }));
    const { mapped, unmapped } = mapLines(feed, [{ component: 'API', feedRegion: '*', service: 'a', region: '*' }, { component: 'Blog', feedRegion: '*', region: '*' }], (line, means) => ({ ...line, ...means }));
    expect([mapped.map(({ service }) => service), unmapped]).toEqual([['a'], [{ component: 'New', feedRegion: 'eu' }]]);
  });
});

describe('two sources', () => {
  const theirs = [down(10, 20, { state: 'up', externalId: 'probe' })];

  it('that disagree are found where they do, and silence disagrees with nothing', () => {
    expect(disagreements([down(0, 30)], theirs)).toEqual([{ service: 'a', region: '*', from: at(10), to: at(20), ours: 'down', theirs: 'up' }]);
    expect(disagreements([down(0, 30)], [])).toEqual([]);
  });

  it('when the other wins, its stretch stands and ours is kept beside', () => {
    const { kept, won, lost } = overruled([down(0, 30)], theirs);
    expect([kept, won, lost].map((all) => all.map(({ from, to, state }) => [state, from, to]))).toEqual([
      [['down', at(0), at(10)], ['down', at(20), at(30)]], [['up', at(10), at(20)]], [['down', at(10), at(20)]],
    ]);
  });
});
