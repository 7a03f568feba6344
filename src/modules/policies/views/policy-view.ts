import { formatInstant, instant, type Instant } from '../../../core/time/index.js';
import type { PolicyVersionRow } from '../policies.repository.js';
import type { PolicyState, Reach } from '../policy.machine.js';

export interface PolicyView {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly hash: string;
  /** `template`: may be offered. `reference`: for tests and comparison only. */
  readonly use: 'template' | 'reference';
  readonly title: Readonly<Record<string, string>>;
  readonly currency: string;
  readonly publishedAt: string;
  /** From its period and the clock: approved for later events, effective, or superseded by a successor. */
  readonly state: Extract<PolicyState, 'approved' | 'effective' | 'superseded'>;
  /** Claims are decided by it since then; without, since ever. */
  readonly decidedFrom?: string;
  /** A successor for the same events decides since then. */
  readonly decidedTo?: string;
  /** Events this version is for, half-open; without `from` since ever, without `to` until replaced. */
  readonly effective: { readonly from?: string; readonly to?: string };
}

export interface PolicyDocumentView extends PolicyView {
  /** YAML as it was published. */
  readonly source: string;
  /** The document with every block pinned to its version: what `hash` covers. */
  readonly document: object;
}

/** The latest version of a policy in a list. */
export interface ListedPolicy extends PolicyView {
  readonly versionCount: number;
  /** Which claims it was approved for; undefined when it was imported and never a draft. */
  readonly reach: Reach | undefined;
}

function stateOf({ effectiveFrom, effectiveTo, decidedTo }: PolicyVersionRow, now: Instant): PolicyView['state'] {
  if (decidedTo !== null || (effectiveTo !== null && effectiveTo <= now)) return 'superseded';
  return effectiveFrom !== null && effectiveFrom > now ? 'approved' : 'effective';
}

export const policyView = (row: PolicyVersionRow, now: Instant): PolicyView => ({
  id: row.id,
  key: row.key,
  version: row.number,
  hash: row.hash,
  use: row.use,
  title: row.title,
  currency: row.currency,
  publishedAt: formatInstant(instant(row.publishedAt)),
  state: stateOf(row, now),
  ...(row.decidedFrom === null ? {} : { decidedFrom: formatInstant(instant(row.decidedFrom)) }),
  ...(row.decidedTo === null ? {} : { decidedTo: formatInstant(instant(row.decidedTo)) }),
  effective: {
    ...(row.effectiveFrom === null ? {} : { from: formatInstant(instant(row.effectiveFrom)) }),
    ...(row.effectiveTo === null ? {} : { to: formatInstant(instant(row.effectiveTo)) }),
  },
});
