import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { parseRatio } from '../../../core/money/index.js';
import { formatInstant, hull, normalise, subtract, union, type Instant, type Interval } from '../../../core/time/index.js';
import type { RegisterLine, RevisionContent, ScopeLine, SegmentLine } from '../outages.rules.js';
import { FOREVER, type ProposedLine } from './proposal.rules.js';
import type { Levels } from './sources.repository.js';

/** A proposed line with who says so. */
export interface SaidLine extends ProposedLine {
  readonly source: string;
  readonly evidence: string;
}

const whole = ({ from, to }: { readonly from: Instant; readonly to?: Instant }): Interval => ({ from, to: to ?? FOREVER });
const placeOf = ({ service, region }: Pick<RegisterLine, 'service' | 'region'>): string => `${service}\n${region}`;
const during = ({ from, to }: Interval): { from: Instant; to?: Instant } => ({ from, ...(to === FOREVER ? {} : { to }) });

/**
 * Proposed lines as segments of the register. "Partly" and "degraded" need a level from a person; what a feed only mentions counts with
 * a level and is left out without one. Codes: `imports.level_needed` (one cause a state), `imports.nothing_left`. Edge: maintenance takes its title as its notice.
 */
export function segmentsFrom(lines: readonly SaidLine[], levels: Levels): Result<SegmentLine[]> {
  const missing = (['partial', 'degraded'] as const).filter((state) => levels[state] === undefined && lines.some((line) => line.state === state));
  if (missing.length > 0) return refuse('imports.level_needed', { states: missing }, { pointer: `/levels/${missing[0]}` });
  const faults: Refusal[] = [];
  const segments = lines.flatMap((line): SegmentLine[] => {
    const { service, region, state, source, evidence } = line;
    const base = { service, region, ...during(whole(line)), source, evidence };
    if (state === 'maintenance') return [{ ...base, state, notice: (line.title ?? line.note ?? source).slice(0, 500) }];
    if (state === 'down' || state === 'unknown' || state === 'up') return [{ ...base, state }];
    const text = levels[state];
    if (text === undefined) return [];
    const level = parseRatio(text);
    if (!level.ok || level.value.num <= 0n || level.value.num >= level.value.den) {
      faults.push({ code: 'imports.level', params: { level: text.slice(0, 40) }, pointer: `/levels/${state}` });
      return [];
    }
    return [{ ...base, state: 'degraded', level: level.value }];
  });
  const [fault] = faults;
  if (fault !== undefined) return { ok: false, refusal: fault };
  return segments.some(({ state }) => state !== 'up') ? ok(segments) : refuse('imports.nothing_left');
}

/** The scope that segments speak for: from the first to the last of each service and region, besides what was spoken for. Disjoint. */
function scopeOf(before: readonly RegisterLine[], segments: readonly SegmentLine[]): ScopeLine[] {
  const places = new Map([...before, ...segments].map((line) => [placeOf(line), line]));
  return [...places].flatMap(([place, { service, region }], entry) => {
    const old = normalise(before.filter((line) => placeOf(line) === place).map(whole));
    const own = hull(segments.filter((line) => placeOf(line) === place).map(whole));
    return union(old, own === undefined ? [] : [own]).map((stretch) => ({ service, region, entry, ...during(stretch) }));
  });
}

/** Never "complete": a feed that is silent about a time does not say that all was well then. */
export const contentFrom = (segments: readonly SegmentLine[]): RevisionContent => ({ complete: false, scope: scopeOf([], segments), officialWindows: [], segments });

/**
 * What an outage says, with a source's lines in place of those it gave before. What others gave, or a person wrote, stays as it is; the
 * source's new lines fill what is left. Edge: lines that come to nothing that way are dropped.
 */
export function revised(content: RevisionContent, source: string, segments: readonly SegmentLine[]): RevisionContent {
  const others = content.segments.filter((segment) => segment.source !== source);
  const own = segments.flatMap((segment) => {
    const taken = normalise(others.filter((other) => placeOf(other) === placeOf(segment)).map(whole));
    const { to: _to, ...said } = segment;
    return subtract([whole(segment)], taken).map((stretch) => ({ ...said, ...during(stretch) }));
  });
  const all = [...others, ...own].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : a.from - b.from));
  return { ...content, scope: scopeOf(content.scope, all), segments: all };
}

/** A code for an outage that nobody named: what said so, when it began, and the beginning of the proposal's id. */
export const codeFor = (kind: string, from: Instant, id: string): string => `${kind.replaceAll('_', '-')}-${formatInstant(from).slice(0, 10)}-${id.slice(-6)}`;
