import type { Language } from '../../../core/policy/index.js';
import type { Instant } from '../../../core/time/index.js';
import type { ItemOutcome, RequestItem, RequestState } from '../requests/request-catalogue.rules.js';

/** An item with what was said to it; what somebody wrote is null when it was erased. */
export interface ItemRow extends RequestItem {
  readonly n: number;
  readonly reply?: { readonly outcome: ItemOutcome; readonly text: string | null };
}

/** A request as it stands; instants are UTC milliseconds. */
export interface RequestRow {
  readonly id: string;
  readonly claimId: string;
  readonly merchantId: string;
  readonly n: number;
  readonly state: RequestState;
  readonly askedBy: string;
  readonly askedAt: Instant;
  /** The last day for an answer at the place of business, `YYYY-MM-DD`. */
  readonly dueOn: string;
  /** Its end as promised; our own downtime moves it. */
  readonly promisedAt: Instant;
  readonly note: string | null;
  readonly noteLanguage: Language | null;
  /** The letters it was put by. */
  readonly noticeIds: readonly string[];
  readonly noticedAt: Instant;
  readonly reminderCount: number;
  /** When it is next looked at by the clock. */
  readonly nextAt: Instant;
  readonly settledAt: Instant | null;
  readonly items: readonly ItemRow[];
}
