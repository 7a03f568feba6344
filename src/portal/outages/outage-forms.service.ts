import { Injectable } from '@nestjs/common';
import { recordedTimeline, SEGMENT_STATES, type OutageFacts } from '../../core/policy/index.js';
import { formatRatio, parseRatio } from '../../core/money/index.js';
import { durationMs, hull, isZone, parseInstant, subtract, support, type Instant, type Interval } from '../../core/time/index.js';
import type { Refusal, Result } from '../../core/errors/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { EVERYWHERE, RegisterQueries, type ContentView, type RevisionContent, type ServiceView } from '../../modules/outages/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { layOut, type Lane, type Strip } from '../shared/strip.rules.js';
import { contentOf, fieldOf, keptRows, ROW_KINDS, rowsStanding, type OutageForm } from './outage.form.js';
import { edgeBoard } from './segment-edges.rules.js';

const MOST_SERVICES = 200;
/** More lanes than this are not drawn: nobody could read them. */
const MOST_LANES = 40;

/** What is drawn beside the rows: what they say, where that is more than the rows themselves, and what is recorded. */
export interface Beside {
  readonly said: Result<RevisionContent>;
  readonly recorded: RevisionContent;
}

/** The rows of an outage on a page, for drafts and for amendments: drawn from what is typed, and back with their faults when they are refused. */
@Injectable()
export class OutageForms {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly register: RegisterQueries,
    private readonly schemes: SchemeQueries,
    private readonly renderer: PageRenderer,
  ) {}

  /** The zone its schemes count in; without one, UTC. */
  async zoneOf(id: string): Promise<string> {
    return (await this.schemes.ofOutage(this.database.reader, id))[0]?.zone ?? 'UTC';
  }

  services(): Promise<readonly ServiceView[]> {
    return this.register.servicePage(this.database.reader, { limit: MOST_SERVICES });
  }

  /** What `register/rows.njk` shows. Edge: a service that is typed and not among those to choose from stays a choice. */
  async rows(visit: Visit, form: OutageForm, beside?: Beside) {
    const services = await this.services();
    const said = beside?.said ?? contentOf(form);
    const drawn = this.#drawn(visit, [...(beside === undefined ? [] : [beside.recorded]), ...(said.ok ? [said.value] : [])], form.zone, services);
    const typed = said.ok ? drawn.at(-1) : undefined;
    const known = new Set(services.map(({ code }) => code));
    const others = [...new Set(ROW_KINDS.flatMap((kind) => form.rows[kind].map(({ service = '' }) => service)))].filter((code) => code !== '' && !known.has(code));
    return {
      form, states: SEGMENT_STATES, services: [...services.filter(({ parts }) => parts.length === 0), ...others.map((code) => ({ code, names: { en: code } }))],
      parents: services.filter(({ parts }) => parts.length > 0), strip: typed?.strip, ...(beside === undefined ? {} : { recorded: { strip: drawn[0]?.strip, rows: rowsStanding(form, beside.recorded) } }),
      board: said.ok && typed !== undefined ? edgeBoard({ ...typed, height: typed.strip.height }, form.zone, said.value.segments, keptRows(form).segments) : undefined,
    };
  }

  /** Faults of a revision at the fields of the form, and with places in the reader's language. */
  faults({ language }: Visit, form: OutageForm, refusal: Refusal): Refusal {
    const [kept, t] = [keptRows(form), this.renderer.words(language)];
    const place = (text: unknown): unknown => (typeof text !== 'string' ? text
      : text.replace(/^(Scope|Segment|Official window) (\d+)$/, (_all, kind: string, number: string) => {
        const [row, list] = kind === 'Scope' ? ['scope', kept.scope] as const : kind === 'Segment' ? ['segment', kept.segments] as const : ['window', kept.officialWindows] as const;
        return t(`register.rows.${row}`, { number: (list[Number.parseInt(number, 10) - 1] ?? Number.parseInt(number, 10) - 1) + 1 });
      }).replace(/^The scope$/, t('register.scope')));
    const moved = (fault: Refusal): Refusal => ({
      ...fault, params: Object.fromEntries(Object.entries(fault.params).map(([name, value]) => [name, name === 'where' || name === 'other' ? place(value) as string : value])),
      ...(fault.pointer === undefined ? {} : { pointer: `/${fieldOf(fault.pointer, kept)}` }),
    });
    return { ...moved(refusal), ...(refusal.causes === undefined ? {} : { causes: refusal.causes.map(moved) }) };
  }

  /** Lanes by service and region, drawn by the function that assessments and timelines use. An open end reaches to now. */
  strip(visit: Visit, content: RevisionContent, zone: string, services: readonly ServiceView[]): Strip | undefined {
    return this.#drawn(visit, [content], zone, services)[0]?.strip;
  }

  /** Each on its own strip, all over the same time and with the same lanes, so that they can be compared. Edge: a zone that cannot be read is UTC. */
  #drawn({ language }: Visit, contents: readonly RevisionContent[], typedZone: string, services: readonly ServiceView[]): readonly DrawnStrip[] {
    const zone = isZone(typedZone) ? typedZone : 'UTC';
    const now = this.clock.now();
    const lasting = <Line extends { from: Instant; to?: Instant }>(lines: readonly Line[]): (Line & Interval)[] =>
      lines.map((line) => ({ ...line, to: line.to ?? (Math.max(now, line.from + 1) as Instant) })).filter(({ from, to }) => from < to);
    const leavesOf = (service: string): readonly string[] => {
      const parts = services.find(({ code }) => code === service)?.parts ?? [];
      return parts.length === 0 ? [service] : parts.flatMap(leavesOf);
    };
    const spread = <Line extends { service: string }>(lines: readonly Line[]): Line[] => lines.flatMap((line) => leavesOf(line.service).map((service) => ({ ...line, service })));
    const outages = contents.map((content): OutageFacts => ({
      id: 'shown', revision: 0, complete: content.complete, ended: false, final: false, officialWindows: [], scopes: spread(lasting(content.scope)),
      segments: spread(lasting(content.segments)).map(({ level, service, region, from, to, state, source }) => ({ service, region, from, to, state, source, ...(level === undefined ? {} : { level: formatRatio(level) }) })),
    }));
    const lines = outages.flatMap(({ scopes, segments }) => [...scopes, ...segments]);
    const whole = hull(lines);
    if (whole === undefined) return [];
    const [t, f, span] = [this.renderer.words(language), this.renderer.formats(language), widened(whole)];
    const keys = [...new Map(lines.map(({ service, region }) => [`${service} ${region}`, { service, region }])).values()].slice(0, MOST_LANES);
    return outages.map((outage) => {
      const lanes = keys.map(({ service, region }): Lane => {
        const names = services.find(({ code }) => code === service)?.names ?? {};
        const recorded = recordedTimeline({ claim: { services: [service] }, enrolments: region === EVERYWHERE ? [] : [{ service, region, from: span.from }], outages: [outage] }, span);
        const silent = subtract([span], support(recorded)).map((piece) => ({ ...piece, kind: 'not_recorded' }));
        const pieces = recorded.map(({ from, to, value }) => ({ from, to, kind: value.state, ...(value.state === 'degraded' ? { note: `(${formatRatio(value.level)})` } : {}) }));
        return { label: `${names[language] ?? names['en'] ?? service}${region === EVERYWHERE ? '' : ` · ${region}`}`, pieces: [...pieces, ...silent].sort((a, b) => a.from - b.from) };
      });
      return {
        span, strip: layOut(span, zone, lanes, f, (kind) => t(`strip.kinds.${kind}`)),
        laneOf: (segment) => keys.findIndex(({ service, region }) => service === leavesOf(segment.service)[0] && region === segment.region),
      };
    });
  }
}

interface DrawnStrip {
  readonly strip: Strip;
  readonly span: Interval;
  readonly laneOf: (segment: { readonly service: string; readonly region: string }) => number;
}

/** A little before and after, so that edges are seen as edges. */
const widened = (whole: Interval): Interval => {
  const margin = Math.max(Math.floor(durationMs([whole]) / 40), 60_000);
  return { from: (whole.from - margin) as Instant, to: (whole.to + margin) as Instant };
};

const instantOf = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new TypeError(`not an instant: ${text}`);
  return read.value;
};

/** What was answered, as what was said. */
export function contentIn({ complete, scope, segments, officialWindows }: ContentView): RevisionContent {
  const line = <Line extends { from: string; to?: string }>({ from, to, ...rest }: Line) => ({ ...rest, from: instantOf(from), ...(to === undefined ? {} : { to: instantOf(to) }) });
  return {
    complete, scope: scope.map((one, entry) => ({ ...line(one), entry })), officialWindows: officialWindows.map(({ service, from, to }) => ({ service, from: instantOf(from), to: instantOf(to) })),
    segments: segments.map(({ level, state, ...rest }) => {
      const share = level === undefined ? undefined : parseRatio(level);
      return { ...line(rest), state: SEGMENT_STATES.find((one) => one === state) ?? 'unknown', ...(share?.ok === true ? { level: share.value } : {}) };
    }),
  };
}
