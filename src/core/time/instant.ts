/**
 * A point on the UTC time line in whole milliseconds since 1970-01-01T00:00:00Z.
 * Finer input is refused, never rounded: two people who round differently would pay different amounts.
 */
export type Instant = number & { readonly __instant: unique symbol };

/** Half-open `[from, to)`; `from < to` always. Reversed or empty input is refused where it enters, never swapped. */
export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}
