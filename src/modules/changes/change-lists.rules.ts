/** How the claims of a run are listed: as they were filed, or those that change most first. */
export const ITEM_ORDERS = ['filed', 'winners', 'losers'] as const;
export type ItemOrder = (typeof ITEM_ORDERS)[number];

/** A page of them; amounts of different currencies have no order, so by size it is of one. */
export interface ItemsWanted {
  readonly order: ItemOrder;
  readonly currency?: string;
  /** The last claim of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** What became of a claim when a change was applied. */
export const VERDICTS = ['as_rehearsed', 'changed_since', 'arrived_since', 'raised', 'reopened', 'waits_for_raise', 'falls', 'unclear', 'kept', 'known_already', 'shared', 'nothing_shared', 'ended_since'] as const;
export type Verdict = (typeof VERDICTS)[number];
