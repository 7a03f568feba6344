import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { recordedTimeline, type OutageFacts } from '../../core/policy/index.js';
import { formatInstant, HOUR, intersect, normalise, type Instant, type Interval, type IntervalSet } from '../../core/time/index.js';
import type { Actor } from '../../platform/access/actor.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import type { OutageState } from './outage.machine.js';
import { isServiceCode } from './outages.rules.js';
import { OutagesRepository } from './outages.repository.js';
import { RegisterRepository } from './register.repository.js';
import { ServicesRepository } from './services.repository.js';
import type { Amendment } from './amendment.rules.js';
import { contentView, outageView, revisionView, type ContentView, type OutageSnapshot, type OutageSummary, type OutageView, type RevisionView } from './views/outage-view.js';
import type { EntryRow } from './views/entry-row.js';
import { serviceView, type ServiceView } from './views/service-view.js';
import { timelineView, type TimelineView } from './views/timeline-view.js';

/** As of which knowledge: an instant before which it was recorded, a register version, or (neither) now. */
export interface PointOfView {
  readonly asOf?: Instant;
  readonly registerVersion?: number;
}

export interface FactsQuestion {
  readonly services: readonly string[];
  /** Regions beside "everywhere"; left out, every region. */
  readonly regions?: readonly string[];
  readonly span: Interval;
  /** Left out: as the register stands. */
  readonly registerVersion?: number;
  /** Id of a revision: its outage as if that one were recorded. */
  readonly asIf?: string;
}

const LONGEST_TIMELINE_DAYS = 3_660;

/** Reads the register. Everything it answers is as of one register version, which the answer names. */
@Injectable()
export class RegisterQueries {
  constructor(
    private readonly clock: Clock,
    private readonly outages: OutagesRepository,
    private readonly register: RegisterRepository,
    private readonly services: ServicesRepository,
  ) {}

  registerVersion(reader: Reader): Promise<number> {
    return this.register.version(reader);
  }

  /** What an assessment needs of the register around a span, sorted, as of one register version. */
  async facts(reader: Reader, question: FactsQuestion): Promise<{ registerVersion: number; outages: OutageFacts[] }> {
    const registerVersion = question.registerVersion ?? (await this.register.version(reader));
    return { registerVersion, outages: await this.register.facts(reader, { ...question, registerVersion }) };
  }

  /** An amendment that waits, beside what the register holds of its outage. Codes: `outages.revision_not_found`, `outages.revision_overtaken`. */
  async amendment(reader: Reader, id: string, revision: number): Promise<Result<Amendment>> {
    const [outage, head, held] = [await this.outages.find(reader, id), await this.outages.revision(reader, id, revision), await this.register.current(reader, id)];
    if (outage === undefined || head === undefined || held === undefined || head.base === null) return refuse('outages.revision_not_found', { id, revision });
    const { code, title } = outage;
    const base = await this.outages.revision(reader, id, head.base);
    if (base === undefined) throw new TypeError(`revision ${head.base} of outage ${id} is gone`);
    return ok({
      outageId: id, code, title, revision, revisionId: head.id, base: head.base, reason: head.reason ?? '', proposedBy: head.proposedBy, isOvertaken: head.base !== held.revision,
      before: await this.outages.content(reader, base.id), after: await this.outages.content(reader, head.id),
    });
  }

  /** Leaf services that the current scopes of these outages speak for. */
  async servicesOf(reader: Reader, outageIds: readonly string[]): Promise<string[]> {
    return [...new Set((await this.register.servicesOf(reader, outageIds)).map(({ service }) => service))];
  }

  /** As `servicesOf`, for many lists of outages at once: what each list comes to. */
  async servicesOfEach(reader: Reader, lists: readonly (readonly string[])[]): Promise<string[][]> {
    const rows = await this.register.servicesOf(reader, [...new Set(lists.flat())]);
    return lists.map((list) => [...new Set(rows.filter(({ outageId }) => list.includes(outageId)).map(({ service }) => service))]);
  }

  /** Leaf services by what was named: a service with parts stands for all leaves under it; what does not exist is left out. */
  leavesOf(reader: Reader, codes: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.services.leavesOf(reader, codes);
  }

  /** What outages are called, by id. */
  async titles(reader: Reader, outageIds: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    return new Map((await this.outages.titles(reader, outageIds)).map(({ id, title }) => [id, title]));
  }

  /** States of those of the outages that exist. */
  async statesOf(reader: Reader, outageIds: readonly string[]): Promise<ReadonlyMap<string, OutageState>> {
    return this.outages.states(reader, outageIds);
  }

  /**
   * When this portal itself was down or degraded since `from`, as the register stands; what goes on reaches to now. What nobody knows
   * and announced maintenance move no deadline.
   */
  async ownDowntime(reader: Reader, from: Instant): Promise<IntervalSet> {
    const [services, to] = [await this.services.ownLeaves(reader), this.clock.now()];
    if (services.length === 0 || from >= to) return [];
    const window = { from, to };
    return intersect(normalise(await this.register.troubleOf(reader, services, window)), [window]);
  }

  async timeline(
    reader: Reader, question: { service: string; region?: string; window: Interval }, view: PointOfView,
  ): Promise<Result<TimelineView>> {
    const { service, region, window } = question;
    if (window.to - window.from > LONGEST_TIMELINE_DAYS * 24 * HOUR) return refuse('timeline.too_long', { limitDays: LONGEST_TIMELINE_DAYS });
    const known = await this.services.find(reader, service);
    if (known === undefined) return refuse('services.not_found', { service });
    if (known.parts.length > 0) return refuse('timeline.service_has_parts', { service, parts: known.parts });
    const version = await this.versionOf(reader, view);
    if (!version.ok) return version;
    const regions = region === undefined ? {} : { regions: [region] };
    const { outages } = await this.facts(reader, { services: [service], ...regions, span: window, registerVersion: version.value });
    const enrolments = region === undefined ? [] : [{ service, region, from: window.from }];
    const recorded = recordedTimeline({ claim: { services: [service] }, enrolments, outages }, window);
    return ok(timelineView({ ...question, registerVersion: version.value }, recorded));
  }

  /** The register version a point of view means. Refuses the future: what will be known then is not known. */
  async versionOf(reader: Reader, { asOf, registerVersion }: PointOfView): Promise<Result<number>> {
    if (asOf !== undefined && registerVersion !== undefined) return refuse('register.one_as_of');
    if (asOf !== undefined) {
      if (asOf > this.clock.now()) return refuse('register.as_of_future', { asOf: formatInstant(asOf) });
      return ok(await this.register.versionBefore(reader, asOf));
    }
    const current = await this.register.version(reader);
    if (registerVersion === undefined) return ok(current);
    return registerVersion > current ? refuse('register.version_unknown', { version: registerVersion, current }) : ok(registerVersion);
  }

  /** An outage as it stands; a draft only for those who may read drafts. */
  async outage(reader: Reader, actor: Actor, id: string): Promise<Result<OutageView>> {
    const row = await this.#shown(reader, actor, id);
    if (row === undefined) return refuse('outages.not_found', { id });
    const held = await this.register.current(reader, id);
    if (held !== undefined) return ok(outageView(row, held.revision, await this.outages.content(reader, held.revisionId), held));
    const latest = await this.outages.latestRevision(reader, id);
    if (latest === undefined) throw new TypeError(`outage ${id} has no revision`);
    return ok(outageView(row, latest.number, await this.outages.content(reader, latest.id), undefined));
  }

  /** The id behind a code as it stands in an address; undefined when there is none. */
  idOf(reader: Reader, code: string): Promise<string | undefined> {
    return isServiceCode(code) ? this.outages.idOf(reader, code) : Promise.resolve(undefined);
  }

  /** Drafts are shown only to those who may read them. */
  async #shown(reader: Reader, actor: Actor, id: string) {
    const row = await this.outages.find(reader, id);
    return row?.state === 'draft' && !isAllowed(actor, 'outage.read_drafts') ? undefined : row;
  }

  /** An outage as the register knew it at a point of view: without what may change later, so that the answer never does. */
  async outageAsOf(reader: Reader, id: string, view: PointOfView): Promise<Result<OutageSnapshot>> {
    const version = await this.versionOf(reader, view);
    if (!version.ok) return version;
    const row = await this.outages.find(reader, id);
    const held = row === undefined ? undefined : await this.register.at(reader, id, version.value);
    if (row === undefined || held === undefined) return refuse('outages.not_found', { id });
    return ok({ ...summaryOf({ ...row, ...held, id }), ...contentView(await this.outages.content(reader, held.revisionId)) });
  }

  async page(
    reader: Reader, wanted: { registerVersion: number; service?: string; state?: Exclude<OutageState, 'draft'>; before?: string; limit: number },
  ): Promise<OutageSummary[]> {
    return (await this.register.page(reader, wanted)).map(summaryOf);
  }

  /** Drafts, newest first; none for those who may not read them. */
  async drafts(reader: Reader, actor: Actor, wanted: { before?: string; limit: number }): Promise<OutageSummary[]> {
    if (!isAllowed(actor, 'outage.read_drafts')) return [];
    return this.outages.drafts(reader, wanted);
  }

  /** Who wrote and who confirmed what the register holds of an outage; for those who may read drafts. */
  entries(reader: Reader, actor: Actor, id: string): Promise<readonly EntryRow[]> {
    return isAllowed(actor, 'outage.read_drafts') ? this.register.entries(reader, id) : Promise.resolve([]);
  }

  /** Who wrote each revision of an outage, by its number; for those who may read drafts. */
  async writersOf(reader: Reader, actor: Actor, id: string): Promise<ReadonlyMap<number, string>> {
    const heads = isAllowed(actor, 'outage.read_drafts') ? await this.outages.revisions(reader, id) : [];
    return new Map(heads.map(({ number, proposedBy }) => [number, proposedBy]));
  }

  /** Revisions that counted at a point of view or before it: for everybody the same, for ever. */
  async revisionsAsOf(reader: Reader, id: string, view: PointOfView): Promise<Result<{ registerVersion: number; items: RevisionView[] }>> {
    const version = await this.versionOf(reader, view);
    if (!version.ok) return version;
    const heads = (await this.outages.revisions(reader, id)).filter((head) => head.registerVersion !== null && head.registerVersion <= version.value);
    if (heads.length === 0) return refuse('outages.not_found', { id });
    return ok({ registerVersion: version.value, items: heads.map((head) => revisionView(id, head, undefined, heads.length)) });
  }

  /** Revisions with what became of them; the public sees those that count or counted. */
  async revisions(reader: Reader, actor: Actor, id: string): Promise<Result<RevisionView[]>> {
    const held = await this.register.current(reader, id);
    const maySeeAll = isAllowed(actor, 'outage.read_drafts');
    const heads = await this.outages.revisions(reader, id);
    if (heads.length === 0 || (held === undefined && !maySeeAll)) return refuse('outages.not_found', { id });
    const views = heads.map((head) => revisionView(id, head, held?.revision, heads.length));
    return ok(maySeeAll ? views : views.filter(({ status }) => status === 'held'));
  }

  /** One revision with its content; one that never counted only for those who may read drafts. */
  async revision(reader: Reader, actor: Actor, id: string, number: string): Promise<Result<RevisionView & ContentView>> {
    const all = await this.revisions(reader, actor, id);
    if (!all.ok) return all;
    const view = all.value.find((revision) => String(revision.number) === number);
    const head = view === undefined ? undefined : await this.outages.revision(reader, id, view.number);
    if (view === undefined || head === undefined) return refuse('outages.revision_not_found', { id, revision: number.slice(0, 20) });
    return ok({ ...view, ...contentView(await this.outages.content(reader, head.id)) });
  }

  async servicePage(reader: Reader, wanted: { after?: string; limit: number }): Promise<ServiceView[]> {
    return (await this.services.page(reader, wanted)).map(serviceView);
  }

  /** Services by their codes, in the order of these; what is no service is left out. */
  async servicesByCode(reader: Reader, codes: readonly string[]): Promise<ServiceView[]> {
    const known = new Map((await this.services.findAll(reader, codes)).map((row) => [row.code, serviceView(row)]));
    return codes.flatMap((code) => known.get(code) ?? []);
  }

  async service(reader: Reader, code: string): Promise<Result<ServiceView>> {
    const row = isServiceCode(code) ? await this.services.find(reader, code) : undefined;
    return row === undefined ? refuse('services.not_found', { service: code.slice(0, 80) }) : ok(serviceView(row));
  }
}

function summaryOf(row: {
  id: string; code: string; title: Readonly<Record<string, string>>; state: OutageState; revision: number; registerVersion: number; endedAt: Instant | null;
}): OutageSummary {
  const { id, code, title, state, revision, registerVersion, endedAt } = row;
  return { id, code, title, state, revision, registerVersion, ...(endedAt === null ? {} : { endedAt: formatInstant(endedAt) }) };
}
