import { allowedEvents } from '../../../core/machine/index.js';
import { formatInstant } from '../../../core/time/index.js';
import { OUTAGE_MACHINE, type OutageEvent, type OutageState } from '../outage.machine.js';
import { levelText, type OutageRow, type RevisionHead } from '../outages.repository.js';
import type { OfficialWindow, RegisterLine, RevisionContent, SegmentLine } from '../outages.rules.js';
import type { RecordedOutage } from '../register.repository.js';

export interface LineView {
  readonly service: string;
  readonly region: string;
  readonly from: string;
  readonly to?: string;
}

export interface SegmentView extends LineView {
  readonly state: string;
  readonly level?: string;
  readonly notice?: string;
  readonly source: string;
  readonly evidence?: string;
}

export interface ContentView {
  readonly complete: boolean;
  readonly scope: readonly LineView[];
  readonly officialWindows: readonly { readonly service: string; readonly from: string; readonly to: string }[];
  readonly segments: readonly SegmentView[];
}

export interface OutageSummary {
  readonly id: string;
  readonly code: string;
  readonly title: Readonly<Record<string, string>>;
  readonly state: OutageState;
  readonly revision: number;
  readonly endedAt?: string;
  /** Register version from which this is what is known; absent while a draft. */
  readonly registerVersion?: number;
}

/** An outage as it stands: what the register holds, or the latest revision of a draft. */
export interface OutageView extends OutageSummary, ContentView {
  readonly version: number;
  readonly self: string;
  readonly allowed: readonly OutageEvent[];
}

/** An outage as the register knew it: everything in it is settled for ever. */
export interface OutageSnapshot extends OutageSummary, ContentView {}

export interface RevisionView {
  readonly outageId: string;
  readonly number: number;
  readonly base?: number;
  readonly kind: string;
  readonly reason?: string;
  readonly proposedAt: string;
  /** `held` from a register version on, `waiting` for another editor, `withdrawn` by its authors, or `overtaken` by a later one. */
  readonly status: 'held' | 'waiting' | 'withdrawn' | 'overtaken';
  readonly registerVersion?: number;
}

const lineView = ({ service, region, from, to }: RegisterLine): LineView => ({
  service, region, from: formatInstant(from), ...(to === undefined ? {} : { to: formatInstant(to) }),
});

export function segmentView(segment: SegmentLine): SegmentView {
  const level = levelText(segment);
  return {
    ...lineView(segment),
    state: segment.state,
    ...(level === undefined ? {} : { level }),
    ...(segment.notice === undefined ? {} : { notice: segment.notice }),
    source: segment.source,
    ...(segment.evidence === undefined ? {} : { evidence: segment.evidence }),
  };
}

const windowView = ({ service, from, to }: OfficialWindow): ContentView['officialWindows'][number] => ({
  service, from: formatInstant(from), to: formatInstant(to),
});

export const contentView = (content: RevisionContent): ContentView => ({
  complete: content.complete,
  scope: content.scope.map(lineView),
  officialWindows: content.officialWindows.map(windowView),
  segments: content.segments.map(segmentView),
});

/** An outage as it stands, for the row at hand; `held` is what the register has of it. */
export function outageView(
  outage: OutageRow, revision: number, content: RevisionContent, held: Pick<RecordedOutage, 'registerVersion' | 'endedAt'> | undefined,
): OutageView {
  return {
    id: outage.id, code: outage.code, title: outage.title, state: outage.state, version: outage.version,
    self: `/v1/outages/${outage.id}`,
    allowed: allowedEvents(OUTAGE_MACHINE, outage.state),
    revision,
    ...(held === undefined ? {} : { registerVersion: held.registerVersion }),
    ...(held === undefined || held.endedAt === null ? {} : { endedAt: formatInstant(held.endedAt) }),
    ...contentView(content),
  };
}

/** `current` is the number of the revision that the register holds; a draft has none. `latest` is the number of the last that was written. */
export function revisionView(outageId: string, head: RevisionHead, current: number | undefined, latest: number): RevisionView {
  const overtaken = head.number < latest || (head.kind !== 'draft' && head.base !== current);
  return {
    outageId,
    number: head.number,
    ...(head.base === null ? {} : { base: head.base }),
    kind: head.kind,
    ...(head.reason === null ? {} : { reason: head.reason }),
    proposedAt: formatInstant(head.proposedAt),
    status: head.registerVersion !== null ? 'held' : head.isWithdrawn ? 'withdrawn' : overtaken ? 'overtaken' : 'waiting',
    ...(head.registerVersion === null ? {} : { registerVersion: head.registerVersion }),
  };
}
