import { addDays, addLocalDays, dateAt, extendedDeadline, startOf, type Deadline, type Instant, type IntervalSet } from '../../core/time/index.js';

/** What the owners of a claim were told; each carries the days that its policy leaves for an answer. */
export const NOTICE_KINDS = ['offer', 'renewal', 'raise', 'reduction', 'grant', 'refusal', 'objection', 'points'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const REMINDED_DAYS_BEFORE = 3;

/**
 * The instant before which an answer is in time: the days after the one on which the letter arrived, to the next midnight at the place of
 * business. The clock stands still in `still`: while this portal was down, an objection was open, or a hold stopped it.
 * Edge: on nought days it is the midnight that ends the day of arrival.
 */
export const answerBy = (arrivedAt: Instant, { days, zone }: { readonly days: number; readonly zone: string }, still: IntervalSet): Deadline =>
  extendedDeadline({ from: arrivedAt, promisedAt: startOf(addDays(dateAt(arrivedAt, zone), days + 1), zone) }, still);

/** The last instant for an answer to a letter that arrives now; one that arrives later leaves more. It lies in the last day. */
export const lastInstantFrom = (at: Instant, leaves: { readonly days: number; readonly zone: string }): Instant => (answerBy(at, leaves, []).at - 1) as Instant;

/** When somebody is reminded that an offer ends. Edge: of a short one at once. */
export const remindedAt = (until: Instant, zone: string): Instant => addLocalDays(until, zone, -REMINDED_DAYS_BEFORE);
