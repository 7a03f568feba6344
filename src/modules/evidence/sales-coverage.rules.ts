import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, normalise, type Instant, type Interval, type IntervalSet } from '../../core/time/index.js';

/**
 * The time a file speaks for, as the merchant confirms it. Whether records lie outside it is asked of the records.
 *
 * Codes: `evidence.coverage_reversed`, `evidence.coverage_in_future`, `evidence.coverage_empty`.
 * Edge: gaps are fine where there is no record (a till that was broken).
 */
export function checkCoverage(intervals: readonly Interval[], uploadedAt: Instant): Result<IntervalSet> {
  for (const { from, to } of intervals) {
    if (from >= to) return refuse('evidence.coverage_reversed', { from: formatInstant(from), to: formatInstant(to) });
    if (to > uploadedAt) return refuse('evidence.coverage_in_future', { to: formatInstant(to), uploadedAt: formatInstant(uploadedAt) });
  }
  return intervals.length === 0 ? refuse('evidence.coverage_empty') : ok(normalise(intervals));
}
