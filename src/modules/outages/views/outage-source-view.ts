import type { Refusal } from '../../../core/errors/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { CheckedDay, CheckedDays } from '../imports/checks.rules.js';
import { EXPERIMENTAL, type FeedKind } from '../imports/feed.rules.js';
import { disagreements, type MappingLine, type ProposedLine, type Unmapped } from '../imports/proposal.rules.js';
import type { ProposalRow, ProposalState } from '../imports/proposals.repository.js';
import type { GapRow, Levels, PayloadRow, SourceRow } from '../imports/sources.repository.js';

const at = (when: Instant): string => formatInstant(when);
const maybe = <K extends string>(key: K, when: Instant | null | undefined): Partial<Record<K, string>> => (when === null || when === undefined ? {} : { [key]: at(when) }) as Partial<Record<K, string>>;

export interface SourceView {
  readonly id: string;
  readonly self: string;
  readonly kind: FeedKind;
  /** Made after the publisher's description, without a real file to hold it against. */
  readonly isExperimental: boolean;
  readonly name: string;
  readonly url?: string;
  readonly scheduleSeconds?: number;
  readonly joinGapSeconds: number;
  readonly sampleSeconds?: number;
  readonly levels: Levels;
  readonly mapping: readonly MappingLine[];
  readonly active: boolean;
  readonly fetchedAt?: string;
  readonly heardAt?: string;
  readonly failure?: Refusal;
  readonly precision?: string;
  readonly recordedSince?: string;
  readonly notes: readonly Refusal[];
  /** Names of the feed that nobody has said the meaning of. */
  readonly unmapped: readonly Unmapped[];
  readonly version: number;
}

/** Days that differ which an answer lists. */
const DAYS_SHOWN = 100;

export interface SourceDetail extends SourceView {
  /** Of a source that counts the minutes of whole days: how many days of UTC were held against the register, how many differ, and the newest of those. */
  readonly checks?: { readonly compared: number; readonly differing: number; readonly days: readonly CheckedDay[] };
  readonly gaps: readonly { readonly kind: string; readonly offAt: string; readonly onAt?: string }[];
  readonly payloads: readonly { readonly sha256: string; readonly byteCount: number; readonly origin: string; readonly firstSeenAt: string; readonly lastSeenAt: string }[];
}

export function sourceView(row: SourceRow): SourceView {
  return {
    id: row.id, self: `/v1/outage-sources/${row.id}`, kind: row.kind, isExperimental: EXPERIMENTAL.has(row.kind), name: row.name,
    ...(row.url === null ? {} : { url: row.url }), ...(row.scheduleSeconds === null ? {} : { scheduleSeconds: row.scheduleSeconds }), joinGapSeconds: row.joinGapSeconds,
    ...(row.sampleSeconds === null ? {} : { sampleSeconds: row.sampleSeconds }), levels: row.levels, mapping: row.mapping, active: row.active,
    ...maybe('fetchedAt', row.fetchedAt), ...maybe('heardAt', row.heardAt), ...(row.failure === null ? {} : { failure: row.failure }),
    ...(row.precision === null ? {} : { precision: row.precision }), ...maybe('recordedSince', row.recordedSince), notes: row.notes, unmapped: row.unmapped, version: row.version,
  };
}

export const sourceDetail = (row: SourceRow, { gaps, payloads, checks: { compared, differing } }: { gaps: readonly GapRow[]; payloads: readonly PayloadRow[]; checks: CheckedDays }): SourceDetail => ({
  ...sourceView(row),
  ...(compared === 0 ? {} : { checks: { compared, differing: differing.length, days: differing.slice(0, DAYS_SHOWN) } }),
  gaps: gaps.map(({ kind, offAt, onAt }) => ({ kind, offAt: at(offAt), ...maybe('onAt', onAt) })),
  payloads: payloads.map(({ firstSeenAt, lastSeenAt, ...payload }) => ({ ...payload, firstSeenAt: at(firstSeenAt), lastSeenAt: at(lastSeenAt) })),
});

export interface ProposedLineView {
  readonly service: string;
  readonly region: string;
  readonly from: string;
  readonly to?: string;
  readonly state: string;
  readonly externalId: string;
  readonly title?: string;
  readonly note?: string;
}

export const lineView = ({ from, to, ...line }: ProposedLine): ProposedLineView => ({ ...line, from: at(from), ...maybe('to', to) });

export interface ProposalSummary {
  readonly id: string;
  readonly self: string;
  readonly source: { readonly id: string; readonly name: string; readonly kind: FeedKind };
  readonly state: ProposalState;
  readonly from: string;
  readonly to?: string;
  readonly lineCount: number;
  readonly services: readonly string[];
  readonly proposedAt: string;
  readonly decidedAt?: string;
  readonly reason?: string;
  readonly revisesOutageId?: string;
  readonly outageId?: string;
  readonly revision?: number;
  readonly version: number;
}

export interface ProposalDetail extends ProposalSummary {
  readonly payloadSha256: string;
  readonly lines: readonly ProposedLineView[];
  /** Other sources that say something else, and where. */
  readonly rivals: readonly { readonly proposalId: string; readonly source: string; readonly stretches: readonly { readonly service: string; readonly region: string; readonly from: string; readonly to?: string; readonly ours: string; readonly theirs: string }[] }[];
}

export const proposalSummary = (row: ProposalRow): ProposalSummary => ({
  id: row.id, self: `/v1/outage-proposals/${row.id}`, source: { id: row.sourceId, name: row.sourceName, kind: row.kind }, state: row.state, from: at(row.from), ...maybe('to', row.to),
  lineCount: row.lines.length, services: [...new Set(row.lines.map(({ service }) => service))], proposedAt: at(row.proposedAt), ...maybe('decidedAt', row.decidedAt),
  ...(row.reason === null ? {} : { reason: row.reason }), ...(row.revisesOutageId === null ? {} : { revisesOutageId: row.revisesOutageId }),
  ...(row.outageId === null ? {} : { outageId: row.outageId }), ...(row.revision === null ? {} : { revision: row.revision }), version: row.version,
});

export function proposalDetail(row: ProposalRow, beside: readonly ProposalRow[]): ProposalDetail {
  const rivals = beside.flatMap(({ id, sourceName, lines }) => {
    const stretches = disagreements(row.lines, lines);
    return stretches.length === 0 ? [] : [{
      proposalId: id, source: sourceName,
      stretches: stretches.map(({ from, to, ...stretch }) => ({ ...stretch, from: at(from), ...(to === Number.MAX_SAFE_INTEGER ? {} : { to: at(to) }) })),
    }];
  });
  return { ...proposalSummary(row), payloadSha256: row.payloadSha256, lines: row.lines.map(lineView), rivals };
}
