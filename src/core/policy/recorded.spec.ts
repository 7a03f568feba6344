import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRatio } from '../money/index.js';
import { durationMs, MINUTE, subtract, support, type Instant, type Interval } from '../time/index.js';
import type { OutageFacts, SegmentState } from './facts.js';
import { recordedTimeline } from './recorded.js';

const MINUTES = 60;
const minute = (n: number): Instant => (n * MINUTE) as Instant;
const span = (from: number, to: number): Interval => ({ from: minute(from), to: minute(to) });
const STATES: readonly SegmentState[] = ['down', 'degraded', 'unknown', 'maintenance', 'up'];
const LEVELS = ['1/4', '1/2', '3/4'];

/** Two shares lost at once are rare unless they are drawn often. */
const DRAWN: readonly (SegmentState | undefined)[] = [...STATES, 'degraded', 'degraded', 'degraded', undefined];

/** One outage: scopes of two services, also several of one by region or one after another, and in each minute and place of them at most one state. */
const outages = fc.array(fc.record({
  complete: fc.boolean(),
  lines: fc.array(fc.record({
    service: fc.constantFrom('a', 'b'), region: fc.constantFrom('*', 'north', 'south'), from: fc.nat(MINUTES - 10), length: fc.integer({ min: 1, max: 30 }),
    cuts: fc.array(fc.tuple(fc.nat(30), fc.constantFrom(...DRAWN), fc.constantFrom(...LEVELS)), { maxLength: 5 }),
  }), { minLength: 1, maxLength: 4 }),
}), { maxLength: 4 }).map((all) => all.map(({ complete, lines }, index): OutageFacts => {
  const apart = lines.filter((line, at) => !lines.slice(0, at).some((other) =>
    other.service === line.service && (other.region === line.region || [other.region, line.region].includes('*')) && other.from < line.from + line.length && line.from < other.from + other.length));
  return {
    id: `o${index}`, revision: 1, complete, ended: true, final: true, officialWindows: [],
    scopes: apart.map(({ service, region, from, length }) => ({ service, region, ...span(from, from + length) })),
    segments: apart.flatMap(({ service, region, from, length, cuts }) => {
      const at = [...new Map(cuts.filter(([cut]) => cut < length).map((cut) => [cut[0], cut])).values()].sort(([x], [y]) => x - y);
      return at.flatMap(([cut, state, level], next) => (state === undefined ? [] : [{
        service, region, ...span(from + cut, from + Math.min(at[next + 1]?.[0] ?? length, length)), state, source: 's', ...(state === 'degraded' ? { level } : {}),
      }]));
    }),
  };
}));

const rank = (state: string, level: string | undefined): number => {
  const share = parseRatio(level ?? '1');
  const quarters = share.ok ? Number((share.value.num * 4n) / share.value.den) : 4;
  return ['presumed_up', 'up', 'maintenance', 'unknown', 'degraded', 'down'].indexOf(state) * 10 + quarters;
};

interface Said {
  readonly state: string;
  readonly level: string | undefined;
}

/** The state of one minute, by asking every line of every outage. */
function naive(all: readonly OutageFacts[], service: string, region: string | undefined, at: Instant): string {
  const here = (row: { service: string; region: string } & Interval): boolean =>
    row.service === service && row.from <= at && at < row.to && (region === undefined || row.region === '*' || row.region === region);
  const said = all.filter(({ scopes }) => scopes.some(here)).flatMap(({ complete, segments }): Said[] => {
    const states = segments.filter(here).map(({ state, level }): Said => ({ state, level }));
    return states.length > 0 ? states : [{ state: complete ? 'presumed_up' : 'unknown', level: undefined }];
  });
  const [worst] = said.sort((x, y) => rank(y.state, y.level) - rank(x.state, x.level));
  return worst === undefined ? 'not_recorded' : `${worst.state} ${worst.level ?? ''}`.trim();
}

const asked = (service: string, region: string | undefined, all: readonly OutageFacts[]) =>
  recordedTimeline({ claim: { services: [service] }, enrolments: region === undefined ? [] : [{ service, region, from: minute(0) }], outages: all }, span(0, MINUTES + 30));
const cases = fc.tuple(outages, fc.constantFrom('a', 'b'), fc.constantFrom(undefined, 'north'));

describe('what any register says of a service', () => {
  it('is in every minute what the strongest line of any outage says', () => {
    fc.assert(fc.property(cases, ([all, service, region]) => {
      const pieces = asked(service, region, all);
      for (let at = 0; at < MINUTES + 30; at += 1) {
        const piece = pieces.find(({ from, to }) => from <= minute(at) && minute(at) < to);
        const level = piece?.value.state === 'degraded' ? `${piece.value.level.num}/${piece.value.level.den}` : '';
        expect(piece === undefined ? 'not_recorded' : `${piece.value.state} ${level}`.trim()).toBe(naive(all, service, region, minute(at)));
      }
    }), { numRuns: 150 });
  });

  it('adds up: up, presumed up, down, degraded, unknown and maintenance are the scope, to the millisecond', () => {
    fc.assert(fc.property(cases, ([all, service, region]) => {
      const pieces = asked(service, region, all);
      const scope = all.flatMap(({ scopes }) => scopes.filter((row) => row.service === service && (region === undefined || row.region === '*' || row.region === region)));
      expect(pieces.reduce((sum, piece) => sum + durationMs([piece]), 0)).toBe(durationMs(support(scope.map((row) => ({ ...row, value: 0 })).sort((x, y) => x.from - y.from))));
      expect(subtract(support(pieces), support(scope.map((row) => ({ ...row, value: 0 })).sort((x, y) => x.from - y.from)))).toEqual([]);
    }));
  });

  it('does not depend on the order of confirmation', () => {
    fc.assert(fc.property(cases.chain(([all, service, region]) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }), fc.constant(service), fc.constant(region))),
      ([all, shuffled, service, region]) => {
        expect(asked(service, region, shuffled)).toEqual(asked(service, region, all));
      }));
  });
});
