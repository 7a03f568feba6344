import type { Instant } from '../time/index.js';

export const RECORD_KINDS = ['sale', 'refund', 'void'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** What a till says, before refunds are matched with their sales. */
export interface SalesLine {
  /** Where it stands in its file, from 1. */
  readonly line: number;
  readonly kind: RecordKind;
  readonly at: Instant;
  /** 0 for one sale at one instant; the length of its time, in milliseconds, for a total. */
  readonly periodMs: number;
  /** The kind says which way it counts; negative only for a total that corrections outweigh. */
  readonly amountMinor: bigint;
  readonly id?: string;
  readonly refundOf?: string;
}
