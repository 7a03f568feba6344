import { formatInstant, type Instant, type IntervalSet } from '../../../core/time/index.js';
import { movedView, type MovedView } from '../../outages/index.js';
import { movedEnds, statusAt, type SchemeStatus, type SchemeText } from '../schemes.rules.js';
import type { SchemeRow } from '../schemes.repository.js';

/** A scheme as people see it; its status is derived from the dates. */
export interface SchemeView {
  readonly id: string;
  readonly code: string;
  readonly title: Readonly<Record<string, string>>;
  readonly policyKey: string;
  readonly currency: string;
  readonly fundId?: string;
  readonly status: SchemeStatus;
  readonly zone: string;
  readonly opensAt: string;
  /** With all extensions, and moved by our own outages; exclusive. */
  readonly closesAt: string;
  /** Present when our own outages moved it. */
  readonly closesMoved?: MovedView;
  readonly graceDays: number;
  readonly graceEndsAt: string;
  readonly graceMoved?: MovedView;
  readonly outageIds: readonly string[];
  /** Codes of the services that the outages' records speak for. */
  readonly services: readonly string[];
  readonly contact: Readonly<Record<string, string>>;
  /** Days within which each step should be done; a promise, not a deadline. */
  readonly targetDays: Readonly<Record<string, number>>;
  readonly extensions: readonly { readonly number: number; readonly closesAt: string; readonly reason: string }[];
  readonly texts: readonly SchemeText[];
  readonly version: number;
  readonly self: string;
}

export function schemeView(row: SchemeRow, { services, down, now }: { services: readonly string[]; down: IntervalSet; now: Instant }): SchemeView {
  const { closes, grace } = movedEnds(row, down);
  const [closesMoved, graceMoved] = [movedView(closes), movedView(grace)];
  return {
    id: row.id,
    code: row.code,
    title: row.title,
    policyKey: row.policyKey,
    currency: row.currency,
    ...(row.fundId === null ? {} : { fundId: row.fundId }),
    status: statusAt({ opensAt: row.opensAt, closesAt: closes.at }, now),
    zone: row.zone,
    opensAt: formatInstant(row.opensAt),
    closesAt: formatInstant(closes.at),
    ...(closesMoved === undefined ? {} : { closesMoved }),
    graceDays: row.graceDays,
    graceEndsAt: formatInstant(grace.at),
    ...(graceMoved === undefined ? {} : { graceMoved }),
    outageIds: row.outageIds,
    services,
    contact: row.contact,
    targetDays: row.targetDays,
    extensions: row.extensions.map(({ number, closesAt, reason }) => ({ number, closesAt: formatInstant(closesAt), reason })),
    texts: row.texts,
    version: row.version,
    self: `/v1/schemes/${row.id}`,
  };
}
