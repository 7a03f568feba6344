import { refuse, ok, type Result } from '../../../core/errors/index.js';
import { MILLION } from '../../../core/sampling/index.js';
import { HOUR, type Instant, type Interval } from '../../../core/time/index.js';

const LONGEST_MS = 366 * 24 * HOUR;

/** A rate in millionths from decimal text above 0 and up to 1. Code: `sampling.rate`. Edge: more than six decimals are refused, never rounded. */
export function rateIn(text: string): Result<number> {
  const found = /^(0|1)(?:\.(\d{1,6}))?$/.exec(text.trim().replace(',', '.'));
  const perMillion = found === null ? 0 : Number.parseInt(found[1] ?? '', 10) * MILLION + Number.parseInt((found[2] ?? '').padEnd(6, '0'), 10);
  return perMillion >= 1 && perMillion <= MILLION ? ok(perMillion) : refuse('sampling.rate', {}, { pointer: '/rate' });
}

/** Whether claims of a stretch may be drawn from: it lies ahead, and is a year long at most. Codes: `sampling.begun`, `sampling.too_long`. */
export function periodAhead({ from, to }: Interval, now: Instant): Result<void> {
  if (from <= now) return refuse('sampling.begun', {}, { pointer: '/from' });
  return to - from > LONGEST_MS ? refuse('sampling.too_long', {}, { pointer: '/to' }) : ok(undefined);
}
