import { intersect, normalise, overlay, subtract, type Instant, type Interval } from '../../../core/time/index.js';
import { WHOLE_FEED, type FeedLine, type FeedState } from './feed.rules.js';

/** A stretch in our own names: what a proposal says. */
export interface ProposedLine {
  readonly service: string;
  readonly region: string;
  readonly from: Instant;
  readonly to?: Instant;
  readonly state: FeedState;
  readonly externalId: string;
  readonly title?: string;
  readonly note?: string;
}

/** What a feed's name means here; without a service it is known and left out. */
export interface MappingLine {
  readonly component: string;
  readonly feedRegion: string;
  readonly service?: string;
  readonly region: string;
}

export interface Unmapped {
  readonly component: string;
  readonly feedRegion: string;
}

export const FOREVER = Number.MAX_SAFE_INTEGER as Instant;
const endOf = ({ to }: { readonly to?: Instant }): Instant => to ?? FOREVER;
const ended = (to: Instant): { to?: Instant } => (to === FOREVER ? {} : { to });

/** Worse first; what a feed only mentions says less than that nobody looked, and more than that all was well. */
const RANK: Readonly<Record<FeedState, number>> = { down: 0, partial: 1, degraded: 2, unknown: 3, maintenance: 4, info: 5, up: 6 };

/**
 * Lines in our own names. A name of a place counts before "everywhere"; one that the mapping does not know is asked for, never guessed.
 * Edge: one component that means two services makes a line for each.
 */
export function mapLines<Line extends Pick<FeedLine, 'component' | 'region'>, Mapped>(
  lines: readonly Line[], mapping: readonly MappingLine[], made: (line: Omit<Line, 'component' | 'region'>, means: Pick<ProposedLine, 'service' | 'region'>) => Mapped,
): { mapped: Mapped[]; unmapped: Unmapped[] } {
  const unmapped = new Map<string, Unmapped>();
  const byName = Map.groupBy(mapping, ({ component, feedRegion }) => `${component}\n${feedRegion}`);
  const mapped = lines.flatMap(({ component, region: feedRegion, ...line }) => {
    const found = byName.get(`${component}\n${feedRegion}`) ?? byName.get(`${component}\n${WHOLE_FEED}`);
    if (found === undefined) unmapped.set(`${component}\n${feedRegion}`, { component, feedRegion });
    return (found ?? []).flatMap(({ service, region }) => (service === undefined ? [] : [made(line, { service, region })]));
  });
  return { mapped, unmapped: [...unmapped.values()] };
}

const stronger = (a: ProposedLine, b: ProposedLine): number => RANK[b.state] - RANK[a.state] || compare(keyOf(b), keyOf(a));
const keyOf = ({ externalId, title = '', note = '' }: ProposedLine): string => `${externalId}\n${title}\n${note}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** As one list: each instant of a service and region once, the worst said of it; touching stretches of one state are one. The order of what comes in does not matter. */
export function mergeLines(lines: readonly ProposedLine[]): ProposedLine[] {
  const merged: ProposedLine[] = [];
  for (const of of Map.groupBy(lines, ({ service, region }) => `${service}\n${region}`).values()) {
    let running: ProposedLine | undefined;
    for (const { from, to, value } of overlay(of.map((line) => ({ from: line.from, to: endOf(line), value: line })), stronger)) {
      const { to: _open, ...said } = value;
      if (running?.state === value.state && endOf(running) === from) {
        const first = stronger(running, value) >= 0 ? running : said;
        running = { ...first, from: running.from, ...ended(to) };
        if (to === FOREVER) delete (running as { to?: Instant }).to;
        merged[merged.length - 1] = running;
      } else {
        running = { ...said, from, ...ended(to) };
        merged.push(running);
      }
    }
  }
  return merged.sort(inOrder);
}

const inOrder = (a: ProposedLine, b: ProposedLine): number => compare(a.service, b.service) || compare(a.region, b.region) || a.from - b.from;

/** The parts of a line inside some stretches. */
function clipped(line: ProposedLine, within: readonly Interval[]): ProposedLine[] {
  const { to: _to, ...said } = line;
  return within.map(({ from, to }) => ({ ...said, from, ...ended(to) }));
}

/** What is said of time in which the source was off is unknown, whatever it said. Edge: a silence that touches a line changes nothing. */
export function withSilences(lines: readonly ProposedLine[], silences: readonly Interval[]): ProposedLine[] {
  const quiet = normalise(silences);
  return lines.flatMap((line) => {
    const whole = [{ from: line.from, to: endOf(line) }];
    return [...clipped(line, subtract(whole, quiet)), ...clipped(line, intersect(whole, quiet)).map((part): ProposedLine => ({ ...part, state: 'unknown' }))];
  }).sort(inOrder);
}

/** What a source said before `since`, with what it says now of the time after; a feed with a moving window loses nothing that way. */
export function continued(before: readonly ProposedLine[], now: readonly ProposedLine[], since: Instant | undefined): ProposedLine[] {
  if (since === undefined) return mergeLines(now);
  const old = before.flatMap((line) => clipped(line, intersect([{ from: line.from, to: endOf(line) }], [{ from: 0 as Instant, to: since }])));
  return mergeLines([...old, ...now]);
}

export interface ProposalGroup {
  readonly lines: readonly ProposedLine[];
  readonly hull: { readonly from: Instant; readonly to?: Instant };
}

/**
 * Trouble whose stretches lie within the join gap of each other, over all services, with the proved up around it by as much.
 * A gap of exactly `joinGapMs` still joins. Edge: no trouble, no group: that all was well is proposed by nobody.
 */
export function groupLines(lines: readonly ProposedLine[], joinGapMs: number): ProposalGroup[] {
  const merged = mergeLines(lines);
  const groups: { from: Instant; to: Instant; lines: ProposedLine[] }[] = [];
  for (const line of merged.filter(({ state }) => state !== 'up').sort((a, b) => a.from - b.from)) {
    const last = groups.at(-1);
    if (last !== undefined && line.from - last.to <= joinGapMs) {
      last.lines.push(line);
      if (endOf(line) > last.to) last.to = endOf(line);
    } else groups.push({ from: line.from, to: endOf(line), lines: [line] });
  }
  const up = merged.filter(({ state }) => state === 'up');
  return groups.map(({ from, to, lines: trouble }) => {
    const around = [{ from: (from - joinGapMs) as Instant, to: to === FOREVER ? FOREVER : ((to + joinGapMs) as Instant) }];
    const services = new Set(trouble.map(({ service }) => service));
    const well = up.filter(({ service }) => services.has(service)).flatMap((line) => clipped(line, intersect([{ from: line.from, to: endOf(line) }], around)));
    return { lines: [...trouble, ...well].sort(inOrder), hull: { from, ...ended(to) } };
  });
}

const troubleOf = (lines: readonly ProposedLine[]): ProposedLine[] => lines.filter(({ state }) => state !== 'up');
const meets = (a: ProposedLine, b: ProposedLine): boolean => a.service === b.service && a.region === b.region && a.from < endOf(b) && b.from < endOf(a);

/** Whether trouble of two lists is at one place and time. */
export function doMeet(a: readonly ProposedLine[], b: readonly ProposedLine[]): boolean {
  const trouble = troubleOf(b);
  return troubleOf(a).some((line) => trouble.some((other) => meets(line, other)));
}

/** Whether two proposals of one source speak of the same: by the feed's own id, or because trouble meets. */
export function isSameMatter(a: readonly ProposedLine[], b: readonly ProposedLine[]): boolean {
  const ids = new Set(troubleOf(b).map(({ externalId }) => externalId));
  return troubleOf(a).some(({ externalId }) => ids.has(externalId)) || doMeet(a, b);
}

/** What a proposal is known again by. */
export const wordsOf = ({ lines, said }: { readonly lines: readonly ProposedLine[]; readonly said: readonly ProposedLine[] }): ProposedLine[] => [...lines, ...said];

/** What a proposal that stands is known again by, and whether an outage was made of it. */
export interface Standing {
  readonly words: readonly ProposedLine[];
  readonly isRecorded: boolean;
}

/** Groups of a reading that are proposed together, with the places in the list of what stands and is spoken of anew. */
export interface Matter<Group> {
  readonly groups: readonly Group[];
  readonly standing: readonly number[];
}

/**
 * Which proposals each group speaks of anew: those whose trouble meets it, then those of which only the feed's id is left. None is spoken
 * of twice. Groups that meet one outage are one matter: revised by the first alone, it would lose the second.
 */
export function mattersOf<Group extends { readonly lines: readonly ProposedLine[] }>(groups: readonly Group[], standing: readonly Standing[]): Matter<Group>[] {
  const matters: { groups: Group[]; standing: Set<number> }[] = [];
  const spoken = (place: number): boolean => matters.some((matter) => matter.standing.has(place));
  for (const group of groups) {
    const met = standing.flatMap(({ words }, place) => (doMeet(words, group.lines) ? [place] : []));
    const [first, ...others] = matters.filter((matter) => met.some((place) => standing[place]?.isRecorded === true && matter.standing.has(place)));
    const joined = first ?? { groups: [], standing: new Set<number>() };
    if (first === undefined) matters.push(joined);
    for (const place of met) if (!spoken(place)) joined.standing.add(place);
    joined.groups.push(...others.flatMap((other) => other.groups), group);
    for (const place of others.flatMap((other) => [...other.standing])) joined.standing.add(place);
    for (const other of others) matters.splice(matters.indexOf(other), 1);
  }
  standing.forEach(({ words }, place) => {
    if (spoken(place)) return;
    matters.find((matter) => matter.groups.some(({ lines }) => isSameMatter(words, lines)))?.standing.add(place);
  });
  return matters.map((matter) => ({ groups: matter.groups, standing: [...matter.standing].sort((a, b) => a - b) }));
}

/** Whether lines and a scope share an instant of one service and place. Edge: "everywhere" meets every region. */
export const speaksOf = (lines: readonly ProposedLine[], scope: readonly (Pick<ProposedLine, 'service' | 'region' | 'from'> & { readonly to?: Instant })[]): boolean =>
  lines.some((line) => scope.some((other) => line.service === other.service && (line.region === other.region || [line.region, other.region].includes(WHOLE_FEED)) && line.from < endOf(other) && other.from < endOf(line)));

export interface Disagreement extends Interval {
  readonly service: string;
  readonly region: string;
  readonly ours: FeedState;
  readonly theirs: FeedState;
}

/** Where another source says something else of the same service and region. Edge: "everywhere" meets every region; silence disagrees with nothing. */
export function disagreements(ours: readonly ProposedLine[], theirs: readonly ProposedLine[]): Disagreement[] {
  return ours.flatMap((a) => theirs.flatMap((b) => {
    const place = a.region === b.region || a.region === WHOLE_FEED || b.region === WHOLE_FEED;
    if (a.service !== b.service || !place || a.state === b.state) return [];
    return intersect([{ from: a.from, to: endOf(a) }], [{ from: b.from, to: endOf(b) }]).map((both) => ({ ...both, service: a.service, region: a.region, ours: a.state, theirs: b.state }));
  }));
}

/** Lines with what another source says put over them where it wins. */
export function overruled(ours: readonly ProposedLine[], theirs: readonly ProposedLine[]): { kept: ProposedLine[]; won: ProposedLine[]; lost: ProposedLine[] } {
  const [kept, won, lost]: [ProposedLine[], ProposedLine[], ProposedLine[]] = [[], [], []];
  for (const line of ours) {
    const whole = [{ from: line.from, to: endOf(line) }];
    const rivals = theirs.filter((other) => disagreements([line], [other]).length > 0);
    const covered = normalise(rivals.flatMap((other) => intersect(whole, [{ from: other.from, to: endOf(other) }])));
    kept.push(...clipped(line, subtract(whole, covered)));
    lost.push(...clipped(line, covered));
    for (const other of rivals) won.push(...clipped({ ...other, region: line.region }, intersect(whole, [{ from: other.from, to: endOf(other) }])));
  }
  return { kept, won: mergeLines(won), lost };
}
