import { HOUR, intersect, MINUTE, normalise, parseInstant, type Instant, type Interval } from '../../../core/time/index.js';
import { WHOLE_FEED, type FeedCheck } from './feed.rules.js';
import { mapLines, type MappingLine, type Unmapped } from './proposal.rules.js';

/** What the register holds as down or degraded, by leaf service and region. */
export interface RecordedTrouble extends Interval {
  readonly service: string;
  readonly region: string;
}

/** A day of UTC of which a source and the register say something else. */
export interface CheckedDay {
  readonly day: string;
  /** The source's own name. */
  readonly component: string;
  readonly service: string;
  readonly region: string;
  /** Of that day, in whole minutes. */
  readonly sourceMinutes: number;
  readonly registerMinutes: number;
}

export interface CheckedDays {
  /** Days that could be compared, each service and region counted for itself. */
  readonly compared: number;
  /** The newest first. */
  readonly differing: readonly CheckedDay[];
}

/** Checks in our own names, and the names that nobody has said the meaning of. */
export function mapChecks(checks: readonly FeedCheck[], mapping: readonly MappingLine[]): { mapped: Omit<CheckedDay, 'registerMinutes'>[]; unmapped: Unmapped[] } {
  return mapLines(checks.map(({ component, day, minutesDown }) => ({ component, region: WHOLE_FEED, day, sourceMinutes: minutesDown, of: component })), mapping,
    ({ day, sourceMinutes, of }, { service, region }) => ({ day, sourceMinutes, component: of, service, region }));
}

/** A day of UTC, `YYYY-MM-DD`; undefined for one that is in no calendar. */
export function dayOf(day: string): Interval | undefined {
  const from = parseInstant(`${day}T00:00:00Z`);
  return from.ok ? { from: from.value, to: (from.value + 24 * HOUR) as Instant } : undefined;
}

/**
 * Days of which the register says a whole minute more or less than the source. Down and degraded count alike, once however often they are
 * recorded; what goes on counts until `now`. A day that the source does not list is not compared. Edge: "everywhere" is every region.
 */
export function heldAgainst(checks: readonly Omit<CheckedDay, 'registerMinutes'>[], trouble: readonly RecordedTrouble[], now: Instant): CheckedDays {
  const recorded = new Map<string, readonly Interval[]>();
  const recordedOf = (service: string, region: string): readonly Interval[] => {
    const key = `${service}\n${region}`;
    const known = recorded.get(key) ?? intersect(normalise(trouble.filter((line) =>
      line.service === service && (line.region === region || line.region === WHOLE_FEED || region === WHOLE_FEED))), [{ from: 0 as Instant, to: now }]);
    recorded.set(key, known);
    return known;
  };
  const days = checks.flatMap((check) => {
    const day = dayOf(check.day);
    if (day === undefined) return [];
    const down = intersect(recordedOf(check.service, check.region), [day]).reduce((sum, { from, to }) => sum + to - from, 0);
    return [{ ...check, down, registerMinutes: Math.round(down / MINUTE) }];
  });
  const differing = days.filter(({ down, sourceMinutes }) => Math.abs(down - sourceMinutes * MINUTE) >= MINUTE).map(({ down: _down, ...day }) => day);
  return { compared: days.length, differing: differing.sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0)) };
}
