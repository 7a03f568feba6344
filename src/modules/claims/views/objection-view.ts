import type { ObjectionOutcome, ObjectionRow } from './objection-row.js';

export interface ObjectionView {
  readonly n: number;
  /** 1, then 2 against the result of the first. */
  readonly level: number;
  readonly grounds: readonly string[];
  readonly text?: string;
  readonly contested?: { readonly service: string; readonly from: string; readonly to: string };
  /** Whether the offer was taken on account with it. */
  readonly onAccount: boolean;
  readonly openedAt: string;
  readonly outcome?: ObjectionOutcome;
  readonly decidedAt?: string;
  /** By a body outside. */
  readonly outside?: true;
}

export const objectionView = (row: ObjectionRow): ObjectionView => ({
  n: row.k, level: row.level, grounds: row.grounds, ...(row.text === null ? {} : { text: row.text }), onAccount: row.onAccount, openedAt: row.openedAt.toISOString(),
  ...(row.contestedService === null || row.contestedFrom === null || row.contestedTo === null ? {}
    : { contested: { service: row.contestedService, from: row.contestedFrom.toISOString(), to: row.contestedTo.toISOString() } }),
  ...(row.outcome === null ? {} : { outcome: row.outcome }), ...(row.decidedAt === null ? {} : { decidedAt: row.decidedAt.toISOString() }), ...(row.outside ? { outside: true as const } : {}),
});
