import type { Refusal, Result } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';

export const FEED_KINDS = [
  'statuspage', 'google_cloud', 'upptime', 'slack', 'statusio', 'prometheus', 'alertmanager', 'csv', 'aws', 'azure', 'cachet', 'uptime_kuma',
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** What a feed says of a stretch. `partial`, `degraded` and `info` count only with a level that a person gives. */
export const FEED_STATES = ['down', 'partial', 'degraded', 'info', 'unknown', 'maintenance', 'up'] as const;
export type FeedState = (typeof FEED_STATES)[number];

/** How exactly a feed knows when: by the second, between two samples, or when somebody got round to writing it down. */
export type FeedPrecision = 'exact' | 'sampled' | 'published' | 'day';

export interface FeedLine {
  /** Stays the same however often the feed is read. */
  readonly externalId: string;
  /** The feed's own name of what was affected; `*` when it names nothing. */
  readonly component: string;
  /** The feed's own name of where; `*` when it names no place. */
  readonly region: string;
  readonly from: Instant;
  /** Exclusive; left out while it lasts. */
  readonly to?: Instant;
  readonly state: FeedState;
  readonly title?: string;
  /** What the feed says besides, such as other times in the text of an incident. */
  readonly note?: string;
}

/** Minutes down in a day of UTC: holds the register against them, makes no segment. */
export interface FeedCheck {
  readonly component: string;
  readonly day: string;
  readonly minutesDown: number;
}

export interface FeedReading {
  readonly lines: readonly FeedLine[];
  readonly checks: readonly FeedCheck[];
  readonly precision: FeedPrecision;
  /** From when on the feed speaks; before it, nothing is said at all. */
  readonly recordedSince?: Instant;
  /** What a reader should know before believing it. */
  readonly notes: readonly Refusal[];
}

export interface FeedOptions {
  /** Seconds between two samples; left out, the usual distance of the file. */
  readonly sampleSeconds?: number;
}

/** Bytes of one feed read into stretches. Never throws; faults are in words. */
export type FeedImporter = (bytes: Uint8Array, options?: FeedOptions) => Result<FeedReading>;

/** Formats for which no real file was at hand: made after the publisher's description. */
export const EXPERIMENTAL: ReadonlySet<FeedKind> = new Set(['aws', 'azure', 'cachet', 'uptime_kuma']);

export const WHOLE_FEED = '*';

export const earliest = (lines: readonly FeedLine[]): Instant | undefined =>
  lines.reduce<Instant | undefined>((least, { from }) => (least === undefined || from < least ? from : least), undefined);

/** A reading of a feed that lists incidents: it speaks from the first one on that it still lists. */
export function listed(lines: readonly FeedLine[], notes: readonly Refusal[] = [], precision: FeedPrecision = 'published'): FeedReading {
  const since = earliest(lines);
  return { lines, checks: [], precision, notes, ...(since === undefined ? {} : { recordedSince: since }) };
}
