import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { compareRatio, formatRatio, ONE, ZERO, type Ratio } from '../../core/money/index.js';
import { contains, formatInstant, normalise, type Instant, type Interval } from '../../core/time/index.js';
import type { SegmentState } from '../../core/policy/index.js';

/** Everywhere the service is offered. A service is recorded either everywhere or by named regions at a time, never both. */
/** A region by its code, or everywhere. */
export const REGION_CODE = /^([*]|[A-Za-z0-9][A-Za-z0-9._-]{0,79})$/;

/** What a line may say. */
export const SEGMENT_STATES = ['down', 'degraded', 'unknown', 'maintenance', 'up'] as const satisfies readonly SegmentState[];

export const EVERYWHERE = '*';

/** What a service code looks like; anything else names no service. */
export const isServiceCode = (text: string): boolean => text.length <= 80 && /^[a-z0-9]+([._-][a-z0-9]+)*$/.test(text);

/** Time of a service in a region; without `to` it is still open. */
export interface RegisterLine {
  readonly service: string;
  readonly region: string;
  readonly from: Instant;
  readonly to?: Instant;
  /** Its place in what was sent, where one line there has become several. */
  readonly entry?: number;
}

/** One service × region of a scope entry. */
export interface ScopeLine extends RegisterLine {
  readonly entry: number;
}

export interface SegmentLine extends RegisterLine {
  readonly state: SegmentState;
  /** Share of the service that was lost; with `degraded` only. */
  readonly level?: Ratio;
  /** How and when maintenance was announced. */
  readonly notice?: string;
  readonly source: string;
  readonly evidence?: string;
}

export interface OfficialWindow extends Interval {
  readonly service: string;
  readonly entry?: number;
}

/** Everything a revision says. */
export interface RevisionContent {
  readonly complete: boolean;
  readonly scope: readonly ScopeLine[];
  readonly officialWindows: readonly OfficialWindow[];
  readonly segments: readonly SegmentLine[];
}

export interface RevisionCircumstances {
  readonly now: Instant;
  /** Codes of the named services that exist, each with the leaves under it; a leaf with itself. */
  readonly services: ReadonlyMap<string, readonly string[]>;
  /** An amendment may void an outage; a draft speaks for something. */
  readonly mayBeEmpty: boolean;
  /** After the end nothing may be left open. */
  readonly hasEnded: boolean;
}

/** What a body of the API may say in all: 10,000 segments, a thousand entries of scope and as many windows. */
export const MOST_LINES = 12_000;
const MOST_FAULTS = 100;
const FOREVER = Number.MAX_SAFE_INTEGER as Instant;

const endOf = (line: { readonly to?: Instant }): Instant => line.to ?? FOREVER;
const endText = (line: { readonly to?: Instant }): string => (line.to === undefined ? 'now' : formatInstant(line.to));
const asInterval = (line: RegisterLine): Interval => ({ from: line.from, to: endOf(line) });

/** Faults in the order of the document, with the place both in words and as a pointer. */
class Faults {
  readonly found: Refusal[] = [];

  add(code: string, at: Place, params: Refusal['params'] = {}, field = ''): void {
    this.found.push({ code, params: { where: at.words, ...params }, pointer: `${at.pointer}${field}` });
  }
}

interface Place {
  readonly words: string;
  readonly pointer: string;
}

const scopePlace = (line: ScopeLine): Place => ({ words: `Scope ${line.entry + 1}`, pointer: `/scope/${line.entry}` });
const windowPlace = (index: number): Place => ({ words: `Official window ${index + 1}`, pointer: `/officialWindows/${index}` });
const segmentPlace = (index: number): Place => ({ words: `Segment ${index + 1}`, pointer: `/segments/${index}` });

/** A service with parts stands for every leaf under it: claims are made for those. */
function onLeaves<Line extends { readonly service: string; readonly entry?: number }>(lines: readonly Line[], services: RevisionCircumstances['services']): readonly Line[] {
  const isLeaf = ({ service }: Line): boolean => services.get(service)?.[0] === service || !services.has(service);
  if (lines.every(isLeaf)) return lines;
  return lines.flatMap((line, entry) => (services.get(line.service) ?? [line.service]).map((service): Line => ({ entry, ...line, service })));
}

/** The leaves are known too, although nobody named them. */
const withLeaves = (services: RevisionCircumstances['services']): RevisionCircumstances['services'] =>
  new Map([...services, ...[...services.values()].flat().map((leaf) => [leaf, [leaf]] as const)]);

/**
 * Whether a revision hangs together, every fault in one pass; and what it says, on leaves.
 *
 * Codes: `outages.content_faulty` with the faults as causes, `outages.too_many_lines`. Intervals are half-open; reversed and
 * empty ones are refused, never swapped. Edge: lines that only touch do not overlap; a service and a part of it in one revision do.
 */
export function checkRevision(said: RevisionContent, circumstances: RevisionCircumstances): Result<RevisionContent> {
  const { services } = circumstances;
  const count = [...said.scope, ...said.segments, ...said.officialWindows].reduce((sum, { service }) => sum + (services.get(service)?.length ?? 1), 0);
  if (count > MOST_LINES) return refuse('outages.too_many_lines', { limit: MOST_LINES, count });
  const content: RevisionContent = {
    ...said, scope: onLeaves(said.scope, services), segments: onLeaves(said.segments, services), officialWindows: onLeaves(said.officialWindows, services),
  };
  const faults = new Faults();
  if (content.scope.length === 0 && !circumstances.mayBeEmpty) {
    faults.add('outages.scope_needed', { words: 'The scope', pointer: '/scope' });
  }
  const onThem = { ...circumstances, services: withLeaves(services) };
  checkScope(content.scope, onThem, faults);
  checkWindows(content, onThem, faults);
  checkSegments(content, onThem, faults);
  const { found } = faults;
  return found.length === 0 ? ok(content) : refuse('outages.content_faulty', { count: found.length }, { causes: found.slice(0, MOST_FAULTS) });
}

function checkScope(scope: readonly ScopeLine[], circumstances: RevisionCircumstances, faults: Faults): void {
  const sound = scope.filter((line) =>
    checkService(line.service, circumstances, scopePlace(line), faults) && checkLine(line, circumstances, scopePlace(line), faults));
  checkOverlaps(sound, scopePlace, faults);
}

function checkWindows(content: RevisionContent, circumstances: RevisionCircumstances, faults: Faults): void {
  const seen = new Set<string>();
  content.officialWindows.forEach((window, index) => {
    const place = windowPlace(window.entry ?? index);
    if (seen.has(window.service)) faults.add('outages.window_repeated', place, { service: window.service });
    seen.add(window.service);
    if (!checkService(window.service, circumstances, place, faults)) return;
    if (!checkLine({ ...window, region: EVERYWHERE }, circumstances, place, faults)) return;
    const scope = content.scope.filter(({ service }) => service === window.service);
    checkInside({ ...window, region: EVERYWHERE }, scope, place, faults);
  });
}

function checkSegments(content: RevisionContent, circumstances: RevisionCircumstances, faults: Faults): void {
  const places = new Map(content.segments.map((segment, index) => [segment, segmentPlace(segment.entry ?? index)]));
  const scopes = Map.groupBy(content.scope, ({ service, region }) => `${service} ${region}`);
  const sound = content.segments.filter((segment) => {
    const place = places.get(segment) ?? segmentPlace(0);
    checkState(segment, place, faults);
    if (!checkService(segment.service, circumstances, place, faults) || !checkLine(segment, circumstances, place, faults)) return false;
    checkPast(segment, circumstances.now, place, faults);
    checkInside(segment, scopes.get(`${segment.service} ${segment.region}`) ?? [], place, faults);
    return true;
  });
  checkOverlaps(sound, (segment) => places.get(segment) ?? segmentPlace(0), faults);
}

function checkService(service: string, { services }: RevisionCircumstances, place: Place, faults: Faults): boolean {
  const isKnown = services.has(service);
  if (!isKnown) faults.add('outages.unknown_service', place, { service }, '/service');
  return isKnown;
}

function checkLine(line: RegisterLine, { hasEnded }: RevisionCircumstances, place: Place, faults: Faults): boolean {
  const from = formatInstant(line.from);
  if (line.to === undefined) {
    if (hasEnded) faults.add('outages.still_open', place, {}, '/to');
    return !hasEnded;
  }
  if (line.to === line.from) faults.add('outages.window_empty', place, { from });
  else if (line.to < line.from) faults.add('outages.window_reversed', place, { from, to: formatInstant(line.to) });
  return line.from < line.to;
}

function checkState(segment: SegmentLine, place: Place, faults: Faults): void {
  const { state, level, notice } = segment;
  if (state === 'degraded') {
    if (level === undefined) faults.add('outages.level_needed', place, {}, '/level');
    else if (compareRatio(level, ZERO) <= 0 || compareRatio(level, ONE) >= 0) {
      faults.add('outages.level_out_of_range', place, { level: formatRatio(level) }, '/level');
    }
  } else if (level !== undefined) faults.add('outages.level_not_allowed', place, { state }, '/level');
  if (state === 'maintenance' && notice === undefined) faults.add('outages.notice_needed', place, {}, '/notice');
  if (state !== 'maintenance' && notice !== undefined) faults.add('outages.notice_not_allowed', place, { state }, '/notice');
}

function checkPast(segment: SegmentLine, now: Instant, place: Place, faults: Faults): void {
  if (segment.state === 'maintenance') return;
  const at = segment.to ?? segment.from;
  if (at > now) faults.add('outages.in_future', place, { at: formatInstant(at) });
}

function checkInside(line: RegisterLine, scope: readonly RegisterLine[], place: Place, faults: Faults): void {
  const whole = normalise(scope.filter((row) => row.from < endOf(row)).map(asInterval));
  if (contains(whole, [asInterval(line)])) return;
  const stated = whole.map(({ from, to }) => `${formatInstant(from)} to ${to === FOREVER ? 'now' : formatInstant(to)}`);
  faults.add('outages.outside_scope', place, {
    service: line.service, region: line.region, from: formatInstant(line.from), to: endText(line),
    scope: stated.length === 0 ? 'not stated for it' : stated.join('; '),
  });
}

/** Sorted by start, a line can only overlap those still running; "everywhere" meets every region. */
function checkOverlaps<Line extends RegisterLine>(lines: readonly Line[], placeOf: (line: Line) => Place, faults: Faults): void {
  for (const ofService of Map.groupBy(lines, ({ service }) => service).values()) {
    const sorted = [...ofService].sort((a, b) => a.from - b.from);
    let running: Line[] = [];
    for (const line of sorted) {
      running = running.filter((earlier) => endOf(earlier) > line.from);
      const clash = running.find(({ region }) => region === line.region || region === EVERYWHERE || line.region === EVERYWHERE);
      if (clash !== undefined) {
        const to = endOf(clash) < endOf(line) ? clash : line;
        faults.add('outages.lines_overlap', placeOf(line), {
          other: placeOf(clash).words, service: line.service, region: line.region, from: formatInstant(line.from), to: endText(to),
        });
      }
      running.push(line);
    }
  }
}

/** States that say something was wrong; an outage that has ended has none of them afterwards. */
const TROUBLE: ReadonlySet<SegmentState> = new Set(['down', 'degraded', 'unknown']);

/**
 * The content with every open line closed at `endedAt`; nothing else is touched.
 *
 * Codes: `outages.content_faulty` with `outages.ends_before` as causes (recorded trouble reaches beyond the stated end, or an
 * open line begins at or after it). Edge: trouble that ends exactly at `endedAt` is fine.
 */
export function closeOpenLines(content: RevisionContent, endedAt: Instant): Result<RevisionContent> {
  const faults = new Faults();
  const check = (line: RegisterLine, place: Place, isTrouble: boolean): void => {
    const beginsLate = line.to === undefined && line.from >= endedAt;
    const lastsLonger = isTrouble && line.to !== undefined && line.to > endedAt;
    if (!beginsLate && !lastsLonger) return;
    faults.add('outages.ends_before', place, { at: formatInstant(line.to ?? line.from), endedAt: formatInstant(endedAt) });
  };
  content.segments.forEach((segment, index) => check(segment, segmentPlace(index), TROUBLE.has(segment.state)));
  content.scope.forEach((line) => check(line, scopePlace(line), false));
  const { found } = faults;
  if (found.length > 0) return refuse('outages.content_faulty', { count: found.length }, { causes: found.slice(0, MOST_FAULTS) });
  const close = <Line extends RegisterLine>(line: Line): Line => (line.to === undefined ? { ...line, to: endedAt } : line);
  return ok({ ...content, scope: content.scope.map(close), segments: content.segments.map(close) });
}
