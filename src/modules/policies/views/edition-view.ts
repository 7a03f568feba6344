import type { PolicyFault } from '../../../core/policy/index.js';
import { formatInstant } from '../../../core/time/index.js';
import type { EditionRow } from '../policy-editions.repository.js';
import type { PolicyEvent, Reach, StoredState } from '../policy.machine.js';

/** A draft of a policy, or what became of it. */
export interface EditionView {
  readonly self: string;
  readonly id: string;
  readonly key: string;
  readonly number: number;
  readonly state: StoredState;
  /** First event it is to be for; left out: every event for a first version, events from approval on for a later one. */
  readonly effectiveFrom?: string;
  /** Not to be approved before. */
  readonly decidedFrom?: string;
  readonly reach: Reach;
  /** Of the resolved document, once it went into review. */
  readonly hash?: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly policyVersionId?: string;
  readonly allowedEvents: readonly PolicyEvent[];
  readonly version: number;
}

export interface EditionDetail extends EditionView {
  /** YAML as written; may be faulty while it is a draft. */
  readonly source: string;
  /** Every fault of the text as it stands, with line and column. */
  readonly faults: readonly PolicyFault[];
}

export const editionView = (row: EditionRow, allowedEvents: readonly PolicyEvent[]): EditionView => ({
  self: `/v1/policies/${row.key}/drafts/${row.number}`, id: row.id, key: row.key, number: row.number, state: row.state, reach: row.reach,
  ...(row.effectiveFrom === null ? {} : { effectiveFrom: formatInstant(row.effectiveFrom) }),
  ...(row.decidedFrom === null ? {} : { decidedFrom: formatInstant(row.decidedFrom) }),
  ...(row.hash === null ? {} : { hash: row.hash }),
  createdBy: row.createdBy, createdAt: formatInstant(row.createdAt),
  ...(row.policyVersionId === null ? {} : { policyVersionId: row.policyVersionId }),
  allowedEvents, version: row.version,
});
