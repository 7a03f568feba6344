import { Injectable } from '@nestjs/common';
import { recordedTimeline, SEGMENT_STATES, type OutageFacts } from '../../core/policy/index.js';
import { formatRatio, parseRatio } from '../../core/money/index.js';
import { durationMs, hull, parseInstant, subtract, support, type Instant, type Interval } from '../../core/time/index.js';
import type { Refusal } from '../../core/errors/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { People } from '../../modules/identity/index.js';
import { EVERYWHERE, ImportQueries, RegisterQueries, type OutageSnapshot, type OutageView, type PointOfView, type RevisionContent, type ServiceView } from '../../modules/outages/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { layOut, type Lane, type Strip } from '../shared/strip.rules.js';
import { contentOf, fieldOf, keptRows, type OutageForm } from './outage.form.js';
import { edgeBoard } from './segment-edges.rules.js';

const MOST_SERVICES = 200;
const MOST_RIVALS = 200;
/** More lanes than this are not drawn: nobody could read them. */
const MOST_LANES = 40;

/** What the pages of the register show, and how a refused form comes back. */
@Injectable()
export class RegisterSheets {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly register: RegisterQueries,
    private readonly imports: ImportQueries,
    private readonly schemes: SchemeQueries,
    private readonly people: People,
    private readonly renderer: PageRenderer,
  ) {}

  /** The zone its schemes count in; without one, UTC. */
  async zoneOf(id: string): Promise<string> {
    return (await this.schemes.ofOutage(this.database.reader, id))[0]?.zone ?? 'UTC';
  }

  services(): Promise<readonly ServiceView[]> {
    return this.register.servicePage(this.database.reader, { limit: MOST_SERVICES });
  }

  outage({ ctx }: Visit, id: string): Promise<OutageView> {
    return this.register.outage(this.database.reader, ctx.actor, id).then(unwrap);
  }

  /** One outage as it stands or stood, with everything that was written about it and by whom. */
  async sheet(visit: Visit, id: string, view: PointOfView | undefined) {
    const { reader } = this.database;
    const [outage, zone] = [await this.outage(visit, id), await this.zoneOf(id)];
    const registerVersion = unwrap(await this.register.versionOf(reader, view ?? {}));
    const past = view === undefined ? undefined : await this.register.outageAsOf(reader, id, { registerVersion });
    const shown: OutageView | OutageSnapshot = past?.ok === true ? past.value : outage;
    const [revisions, entries] = [unwrap(await this.register.revisions(reader, visit.ctx.actor, id)), await this.register.entries(reader, visit.ctx.actor, id)];
    const writers = await this.register.writersOf(reader, visit.ctx.actor, id);
    const names = await this.people.names([...writers.values(), ...entries.flatMap(({ proposedBy, recordedBy }) => [proposedBy, recordedBy])]);
    const { actor } = visit.ctx;
    const rivals = (await this.imports.rivals(id)).filter(({ revision }) => revision <= shown.revision);
    return {
      rivals: rivals.slice(0, MOST_RIVALS), rivalsCut: rivals.length > MOST_RIVALS ? MOST_RIVALS : undefined,
      outage, shown, zone, registerVersion, notThen: past?.ok === false ? past.refusal : undefined, isPast: view !== undefined,
      revisions: revisions.map((revision) => ({ ...revision, by: names.get(writers.get(revision.number) ?? '') ?? '' })),
      entries: entries.map((entry) => ({ ...entry, wrote: names.get(entry.proposedBy) ?? '', recorded: names.get(entry.recordedBy) ?? '' })),
      isOwnDraft: outage.state === 'draft' && actor.kind === 'user' && writers.get(outage.revision) === actor.userId,
      strip: this.strip(visit, contentIn(shown), zone, await this.services()),
    };
  }

  /** The editor's page: what is typed, drawn as far as it can be read. */
  async editor(visit: Visit, form: OutageForm) {
    const services = await this.services();
    const content = contentOf(form);
    const drawn = content.ok ? this.#drawn(visit, content.value, form.zone, services) : undefined;
    return { form, services: services.filter(({ parts }) => parts.length === 0), parents: services.filter(({ parts }) => parts.length > 0),
      strip: drawn?.strip, board: content.ok && drawn !== undefined ? edgeBoard({ ...drawn, height: drawn.strip.height }, form.zone, content.value.segments, keptRows(form).segments) : undefined };
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
    return this.#drawn(visit, content, zone, services)?.strip;
  }

  #drawn({ language }: Visit, content: RevisionContent, zone: string, services: readonly ServiceView[]): DrawnStrip | undefined {
    const now = this.clock.now();
    const closed = <Line extends { from: Instant; to?: Instant }>(line: Line): Line & Interval => ({ ...line, to: line.to ?? (Math.max(now, line.from + 1) as Instant) });
    const [scope, segments] = [content.scope.map(closed), content.segments.map(closed)].map((lines) => lines.filter(({ from, to }) => from < to)) as [(typeof content.scope[number] & Interval)[], (typeof content.segments[number] & Interval)[]];
    const whole = hull([...scope, ...segments]);
    if (whole === undefined) return undefined;
    const [t, f] = [this.renderer.words(language), this.renderer.formats(language)];
    const leavesOf = (service: string): readonly string[] => {
      const parts = services.find(({ code }) => code === service)?.parts ?? [];
      return parts.length === 0 ? [service] : parts.flatMap(leavesOf);
    };
    const spread = <Line extends { service: string }>(lines: readonly Line[]): Line[] => lines.flatMap((line) => leavesOf(line.service).map((service) => ({ ...line, service })));
    const outage: OutageFacts = {
      id: 'shown', revision: 0, complete: content.complete, ended: false, final: false, officialWindows: [], scopes: spread(scope),
      segments: spread(segments).map(({ level, service, region, from, to, state, source }) => ({ service, region, from, to, state, source, ...(level === undefined ? {} : { level: formatRatio(level) }) })),
    };
    const keys = [...new Map([...outage.scopes, ...outage.segments].map(({ service, region }) => [`${service} ${region}`, { service, region }])).values()].slice(0, MOST_LANES);
    const span = widened(whole);
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
export function contentIn({ complete, scope, segments, officialWindows }: OutageView | OutageSnapshot): RevisionContent {
  const line = <Line extends { from: string; to?: string }>({ from, to, ...rest }: Line) => ({ ...rest, from: instantOf(from), ...(to === undefined ? {} : { to: instantOf(to) }) });
  return {
    complete, scope: scope.map((one, entry) => ({ ...line(one), entry })), officialWindows: officialWindows.map(({ service, from, to }) => ({ service, from: instantOf(from), to: instantOf(to) })),
    segments: segments.map(({ level, state, ...rest }) => {
      const share = level === undefined ? undefined : parseRatio(level);
      return { ...line(rest), state: SEGMENT_STATES.find((one) => one === state) ?? 'unknown', ...(share?.ok === true ? { level: share.value } : {}) };
    }),
  };
}
