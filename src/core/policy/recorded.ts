import { parseRatio, compareRatio, ONE, type Ratio } from '../money/index.js';
import {
  constant, intersect, normalise, overlay, subtract, support, type Interval, type IntervalSet, type Piece, type Timeline,
} from '../time/index.js';
import { onceFor, type Answers } from './once.js';
import type { ClaimFacts, OutageFacts, PolicyFacts, SegmentFact } from './facts.js';

/** What the register says about a stretch of time. `up` is proved by a source, `presumed_up` follows from a complete revision. */
export type RecordedState = 'down' | 'degraded' | 'unknown' | 'maintenance' | 'up' | 'presumed_up';

export interface Recorded {
  readonly state: RecordedState;
  /** Share of the service that was lost; 1 unless degraded. */
  readonly level: Ratio;
}

/** Order between overlapping outages: down > degraded (worse first) > unknown > maintenance > proved up > presumed up. */
const ORDER: readonly RecordedState[] = ['presumed_up', 'up', 'maintenance', 'unknown', 'degraded', 'down'];

const stronger = (a: Recorded, b: Recorded): number =>
  ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || compareRatio(a.level, b.level);

const STATES: Readonly<Record<RecordedState, Recorded>> = {
  down: { state: 'down', level: ONE },
  degraded: { state: 'degraded', level: ONE },
  unknown: { state: 'unknown', level: ONE },
  maintenance: { state: 'maintenance', level: ONE },
  up: { state: 'up', level: ONE },
  presumed_up: { state: 'presumed_up', level: ONE },
};

function recordedOf(segment: SegmentFact): Recorded {
  if (segment.state !== 'degraded' || segment.level === undefined) return STATES[segment.state];
  const level = parseRatio(segment.level);
  // A share is between nothing and all; what is none counts as the state alone does.
  const isShare = level.ok && level.value.num >= 0n && compareRatio(level.value, ONE) <= 0;
  return isShare ? { state: 'degraded', level: level.value } : STATES.degraded;
}

/** Where `part` lies in `whole`, cheaply for the one interval almost every caller has. */
const within = (part: Interval, whole: Interval): Interval | undefined => {
  const from = part.from > whole.from ? part.from : whole.from;
  const to = part.to < whole.to ? part.to : whole.to;
  return from < to ? { from, to } : undefined;
};

function piecesOf(outage: OutageFacts, applies: (row: { service: string; region: string }) => boolean, window: Interval): Piece<Recorded>[] {
  const scope = normalise(outage.scopes.filter(applies).flatMap((row) => within(row, window) ?? []));
  if (scope.length === 0) return [];
  const segments = outage.segments.filter(applies).flatMap((segment) =>
    intersect(scope, [segment]).map((inside) => ({ ...inside, value: recordedOf(segment) })));
  const silent = subtract(scope, normalise(segments));
  return [...segments, ...constant(silent, outage.complete ? STATES.presumed_up : STATES.unknown)];
}

/** The part of the facts that says what was recorded for whom: all of it is what the register itself can supply. */
export interface RecordFacts extends Pick<PolicyFacts, 'outages' | 'enrolments'> {
  readonly claim: Pick<ClaimFacts, 'services'>;
}

/** The regions a site's enrolments put it in, per service; a service without enrolment is looked up in every region. */
function appliesTo(facts: Pick<PolicyFacts, 'enrolments'>, service: string): (row: { service: string; region: string }) => boolean {
  const regions = new Set(facts.enrolments.filter((enrolment) => enrolment.service === service).map(({ region }) => region));
  return (row) => row.service === service && (regions.size === 0 || row.region === '*' || regions.has(row.region));
}

/**
 * What the register says inside `window` for the claimed services, at each instant the strongest state of all of them.
 *
 * The result is disjoint and lies inside the scopes; time outside every scope is *not recorded* and not in it. Half-open.
 * Edge: inside the scope of a revision that is not complete, time without a segment is `unknown`. Source: docs/domain.
 */
export function recordedTimeline(facts: RecordFacts, window: Interval): Timeline<Recorded> {
  const { outages, enrolments, claim } = facts;
  const regions = enrolments.map(({ service, region }) => `${service}@${region}`).join(' ');
  return onceFor(asked, outages, `${window.from}/${window.to}\n${claim.services.join(' ')}\n${regions}`, () => laidOver(facts, window));
}

function laidOver(facts: RecordFacts, window: Interval): Timeline<Recorded> {
  const pieces = facts.claim.services.flatMap((service) => {
    const applies = appliesTo(facts, service);
    return facts.outages.flatMap((outage) => piecesOf(outage, applies, window));
  });
  return overlay(pieces, stronger);
}

/** The operator's stated windows for the claimed services inside `window`, as time that is down. */
export function officialTimeline(facts: PolicyFacts, window: Interval): Timeline<Recorded> {
  const stated = facts.outages.flatMap(({ officialWindows }) =>
    officialWindows.filter(({ service }) => facts.claim.services.includes(service)).flatMap((row) => within(row, window) ?? []));
  const down = normalise(stated);
  const recorded = recordedTimeline(facts, window);
  const rest = constant(subtract(support(recorded), down), STATES.presumed_up);
  return overlay([...constant(down, STATES.down), ...rest], stronger);
}

/** The longest stretch of recorded downtime of the claimed services in any region, as time that is down for everybody. */
export function longestTimeline(facts: PolicyFacts, window: Interval): Timeline<Recorded> {
  const everywhere = recordedTimeline({ ...facts, enrolments: [] }, window);
  const stretches = normalise(everywhere.filter(({ value }) => value.state === 'down'));
  const longest = stretches.reduce<Interval | undefined>((best, next) => (best === undefined || next.to - next.from > best.to - best.from ? next : best), undefined);
  const down = longest === undefined ? [] : [longest];
  return overlay([...constant(down, STATES.down), ...constant(subtract(support(everywhere), down), STATES.presumed_up)], stronger);
}

/** Time in which a claimed service was down, degraded or unknown: never a comparable. */
export const troubledTime = ({ outages, claim: { services } }: PolicyFacts): IntervalSet => onceFor(asked, outages, services.join(' '), () =>
  normalise(outages.flatMap(({ segments }) => segments.filter(({ service, state }) => services.includes(service) && state !== 'up' && state !== 'maintenance'))));

/** Facts never change in place, and the claims of a page share what the register says: a question about it is worked out once. */
const asked: Answers = new WeakMap();
