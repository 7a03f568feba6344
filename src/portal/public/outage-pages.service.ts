import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { localToInstant, parseInstant, type Instant, type Interval } from '../../core/time/index.js';
import { Database } from '../../platform/database/database.js';
import { RegisterQueries, type OutageView, type ServiceView, type TimelineView } from '../../modules/outages/index.js';
import { SchemeQueries, type SchemeView } from '../../modules/schemes/index.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { layOut, type Lane, type LanePiece, type Strip } from '../shared/strip.rules.js';

/** "Was it down at 14:05?", as it was asked. */
export interface Asked {
  readonly service: string;
  readonly day: string;
  readonly time: string;
}

export interface Answered {
  readonly at: Instant;
  readonly service: ServiceView;
  readonly state: string;
  readonly level?: string;
  readonly registerVersion: number;
}

/** A time that several services have in common; `services` is undefined when it is all of them. */
export interface Shared {
  readonly from: string;
  readonly to: string | undefined;
  readonly services: readonly ServiceView[] | undefined;
}

export interface OutagePage {
  readonly outage: OutageView;
  /** At which the page was made. */
  readonly registerVersion: number;
  readonly zone: string;
  readonly span: Interval;
  readonly strip: Strip;
  /** Where the drawing ends, if that is before the outage does. */
  readonly drawnUntil: Instant | undefined;
  readonly services: readonly ServiceView[];
  readonly windows: readonly Shared[];
  /** Stretches of which nobody knows, with what the sources say. */
  readonly doubts: readonly (Shared & { readonly source: string; readonly evidence: string })[];
  readonly sources: readonly string[];
  readonly revisions: readonly object[];
  readonly schemes: readonly SchemeView[];
  readonly asked: Asked;
  readonly answer: Answered | undefined;
  readonly faults: readonly Refusal[];
}

const MOST_SERVICES = 40;
/** Stretches drawn on one page, of all services together: an outage may have ten thousand, and a page of them is megabytes. */
const MOST_DRAWN = 600;

/** An outage for everybody: what was recorded for each service, what the operator says, how our knowledge grew, and any minute on request. */
@Injectable()
export class OutagePages {
  constructor(
    private readonly database: Database,
    private readonly register: RegisterQueries,
    private readonly schemes: SchemeQueries,
    private readonly renderer: PageRenderer,
  ) {}

  async newest() {
    const { reader } = this.database;
    return this.register.page(reader, { registerVersion: await this.register.registerVersion(reader), limit: 10 });
  }

  async of(visit: Visit, code: string, asked: Asked): Promise<Result<OutagePage>> {
    const { reader } = this.database;
    const id = await this.register.idOf(reader, code);
    if (id === undefined) return refuse('outages.not_found', { id: code.slice(0, 80) });
    const version = await this.register.registerVersion(reader);
    const outage = await this.register.outage(reader, { kind: 'anonymous' }, id);
    if (!outage.ok) return outage;
    const revisions = await this.register.revisions(reader, { kind: 'anonymous' }, id);
    if (!revisions.ok) return revisions;
    const schemes = await this.schemes.ofOutage(reader, id);
    const zone = schemes[0]?.zone ?? 'UTC';
    const codes = [...new Set(outage.value.scope.map(({ service }) => service))].slice(0, MOST_SERVICES);
    const services = (await Promise.all(codes.map((service) => this.register.service(reader, service)))).flatMap((service) => (service.ok ? [service.value] : []));
    const span = spanOf(outage.value);
    const timelines = await Promise.all(services.map((service) => this.register.timeline(reader, { service: service.code, window: span }, {})));
    const answered = await this.#answer(services, asked, zone);
    const told = timelines.flatMap((timeline) => (timeline.ok ? [timeline.value] : []));
    const drawn = drawable(span, told);
    return ok({
      outage: outage.value, registerVersion: Math.max(version, outage.value.registerVersion ?? 0), zone, span, services, windows: shared(outage.value.officialWindows, services), doubts: doubtsOf(outage.value, services), revisions: revisions.value, schemes, asked,
      sources: [...new Set(outage.value.segments.map(({ source }) => source))],
      strip: this.#strip(visit, drawn, zone, services, told), drawnUntil: drawn.to < span.to ? drawn.to : undefined,
      answer: answered.ok ? answered.value : undefined,
      faults: answered.ok ? [] : [answered.refusal],
    });
  }

  #strip({ language }: Visit, span: Interval, zone: string, services: readonly ServiceView[], timelines: readonly TimelineView[]): Strip {
    const t = this.renderer.words(language);
    const lanes = timelines.map((timeline): Lane => {
      const names = services.find(({ code }) => code === timeline.service)?.names ?? {};
      const silent = timeline.notRecorded.map(({ from, to }): LanePiece => ({ from: msOf(from), to: msOf(to), kind: 'not_recorded' }));
      const pieces = timeline.pieces.map(({ from, to, state, level }): LanePiece => ({ from: msOf(from), to: msOf(to), kind: state, ...(level === undefined ? {} : { note: `(${level})` }) }));
      return { label: names[language] ?? names['en'] ?? timeline.service, pieces: [...pieces, ...silent].sort((a, b) => a.from - b.from) };
    });
    return layOut(span, zone, lanes, this.renderer.formats(language), (kind) => t(`strip.kinds.${kind}`));
  }

  async #answer(services: readonly ServiceView[], asked: Asked, zone: string): Promise<Result<Answered | undefined>> {
    if (asked.day === '' && asked.time === '') return ok(undefined);
    const service = services.find(({ code }) => code === asked.service) ?? services[0];
    const at = localToInstant(`${asked.day} ${asked.time}`, zone);
    if (service === undefined) return ok(undefined);
    if (!at.ok) return at.refusal.code === 'time.malformed' ? refuse('portal.moment_unreadable', {}, { pointer: '/day' }) : { ok: false, refusal: { ...at.refusal, pointer: '/day' } };
    const window = { from: at.value, to: (at.value + 1) as Instant };
    const timeline = await this.register.timeline(this.database.reader, { service: service.code, window }, {});
    if (!timeline.ok) return timeline;
    const [piece] = timeline.value.pieces;
    return ok({ at: at.value, service, registerVersion: timeline.value.registerVersion, state: piece?.state ?? 'not_recorded', ...(piece?.level === undefined ? {} : { level: piece.level }) });
  }
}

/** As much of the span, from its beginning, as can be drawn. */
function drawable(span: Interval, timelines: readonly TimelineView[]): Interval {
  const begins = timelines.flatMap(({ pieces, notRecorded }) => [...pieces, ...notRecorded].map(({ from }) => msOf(from))).sort((a, b) => a - b);
  const first = begins[MOST_DRAWN];
  return first === undefined || first <= span.from ? span : { from: span.from, to: first };
}

/** Lines that say the same of several services, said once, in order of time. */
function shared<Line extends { readonly service: string; readonly from: string; readonly to?: string }>(
  lines: readonly Line[], services: readonly ServiceView[], also: (line: Line) => string = () => '',
): (Shared & { readonly first: Line })[] {
  const groups = [...Map.groupBy(lines, (line) => [line.from, line.to ?? '', also(line)].join('|')).values()];
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const named = services.filter(({ code }) => group.some(({ service }) => service === code));
    return [{ first, from: first.from, to: first.to, services: named.length === services.length && services.length > 1 ? undefined : named }];
  }).sort((a, b) => msOf(a.from) - msOf(b.from));
}

const doubtsOf = ({ segments }: OutageView, services: readonly ServiceView[]): OutagePage['doubts'] =>
  shared(segments.filter(({ state }) => state === 'unknown'), services, ({ source, evidence }) => `${source}|${evidence ?? ''}`)
    .map(({ first, ...group }) => ({ ...group, source: first.source, evidence: first.evidence ?? '' }));

/** What the outage is about: its segments with a little before and after, inside what the record speaks for. */
function spanOf({ scope, segments }: OutageView): Interval {
  const ends = (lines: OutageView['scope']) => lines.flatMap(({ from, to }) => [msOf(from), ...(to === undefined ? [] : [msOf(to)])]);
  const [scoped, troubled] = [ends(scope), ends(segments)];
  const [from, to] = [Math.min(...(troubled.length > 0 ? troubled : scoped)), Math.max(...(troubled.length > 0 ? troubled : scoped))];
  const margin = Math.max(Math.floor((to - from) / 20), 900_000);
  return { from: Math.max(from - margin, Math.min(...scoped)) as Instant, to: Math.min(to + margin, Math.max(...scoped)) as Instant };
}

function msOf(text: string): Instant {
  const read = parseInstant(text);
  if (!read.ok) throw new TypeError(`not an instant: ${text}`);
  return read.value;
}
