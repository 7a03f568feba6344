import { formatInstant, instant } from '../../../core/time/index.js';
import type { PolicyVersionRow } from '../policies.repository.js';

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
  /** Events this version is for, half-open; without `from` since ever, without `to` until replaced. */
  readonly effective: { readonly from?: string; readonly to?: string };
}

export interface PolicyDocumentView extends PolicyView {
  /** YAML as it was published. */
  readonly source: string;
  /** The document with every block pinned to its version: what `hash` covers. */
  readonly document: object;
}

export const policyView = (row: PolicyVersionRow): PolicyView => ({
  id: row.id,
  key: row.key,
  version: row.number,
  hash: row.hash,
  use: row.use,
  title: row.title,
  currency: row.currency,
  publishedAt: formatInstant(instant(row.publishedAt)),
  effective: {
    ...(row.effectiveFrom === null ? {} : { from: formatInstant(instant(row.effectiveFrom)) }),
    ...(row.effectiveTo === null ? {} : { to: formatInstant(instant(row.effectiveTo)) }),
  },
});
