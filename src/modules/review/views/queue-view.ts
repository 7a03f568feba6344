import { currency, money } from '../../../core/money/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import { moneyOut, type MoneyDto } from '../../../platform/http/wire.js';
import type { ClaimState } from '../../claims/index.js';
import type { AssignmentRow, QueueRow } from '../queues/queue-entries.repository.js';

/** A claim in a list of those that wait. */
export interface QueuedClaim {
  readonly self: string;
  readonly id: string;
  readonly reference: string;
  readonly siteId: string;
  readonly merchantId: string;
  readonly schemeId: string;
  readonly state: ClaimState;
  readonly submittedAt: string;
  /** What was granted, or what is worked out where that is more; nought before the first assessment. */
  readonly amountAtRisk: MoneyDto;
  readonly outcome?: string;
  /** The promised day of the step, moved by our own outages and by the time the claim waited for its merchant; left out where the scheme promises none. */
  readonly dueAt?: string;
  readonly riskCount: number;
  readonly reasons: readonly string[];
  readonly language: string;
  readonly country: string;
  readonly ownerId?: string;
  readonly version: number;
}

export const queuedClaim = (row: QueueRow, dueAt: Instant | undefined): QueuedClaim => ({
  self: `/v1/claims/${row.claimId}`, id: row.claimId, reference: row.reference, siteId: row.siteId, merchantId: row.merchantId, schemeId: row.schemeId, state: row.state,
  submittedAt: formatInstant(row.filedAt), amountAtRisk: moneyOut(money(BigInt(row.amountMinor), currency(row.currency))), riskCount: row.riskCount, reasons: row.why,
  language: row.language, country: row.country, version: row.version,
  ...(row.outcome === null ? {} : { outcome: row.outcome }), ...(dueAt === undefined ? {} : { dueAt: formatInstant(dueAt) }), ...(row.ownerId === null ? {} : { ownerId: row.ownerId }),
});

/** Whose a claim is. */
export interface AssignmentView {
  readonly claimId: string;
  readonly ownerId?: string;
  readonly assignedBy?: string;
  readonly assignedAt?: string;
}

export const assignmentView = ({ claimId, ownerId, assignedBy, assignedAt }: AssignmentRow): AssignmentView => ({
  claimId, ...(ownerId === null ? {} : { ownerId }), ...(assignedBy === null ? {} : { assignedBy }), ...(assignedAt === null ? {} : { assignedAt: formatInstant(assignedAt) }),
});
