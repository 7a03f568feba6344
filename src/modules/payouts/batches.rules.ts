import { ok, refuse, type Result } from '../../core/errors/index.js';
import { bankDayFrom, type ClosedDays } from '../../core/payments/index.js';
import { addDays, type CalendarDate } from '../../core/time/index.js';
import type { ApprovalBand } from '../funds/index.js';

/** How far ahead a day of payment may lie: holds and accounts are checked at release, not on the day. */
const MOST_DAYS_AHEAD = 30;

/**
 * How many people have to approve a total, by the bands of the paying account: the first whose bound is not below it.
 * Edge: a total of exactly the bound is still in the band; above every bound the last band counts. Throws RangeError without bands.
 */
export function approvalsFor(bands: readonly ApprovalBand[], totalMinor: bigint): number {
  const band = bands.find(({ upToMinor }) => upToMinor === undefined || totalMinor <= BigInt(upToMinor)) ?? bands.at(-1);
  if (band === undefined) throw new RangeError('a paying account says how many people approve');
  return band.count;
}

/**
 * The day the bank is asked to pay on: the one that was asked for, if the bank pays on it, else the next from today on which it does.
 * Codes: `payouts.date_past`, `payouts.date_far`, `payouts.date_closed`. Edge: today is not past; the day that a refusal names is never too far.
 */
export function executionDay(asked: CalendarDate | undefined, today: CalendarDate, closed?: ClosedDays): Result<CalendarDate> {
  const executeOn = asked ?? bankDayFrom(today, closed);
  if (executeOn < today) return refuse('payouts.date_past', { executeOn, today }, { pointer: '/executeOn' });
  const most = bankDayFrom(addDays(today, MOST_DAYS_AHEAD), closed);
  if (executeOn > most) return refuse('payouts.date_far', { executeOn, most }, { pointer: '/executeOn' });
  const next = bankDayFrom(executeOn, closed);
  return next === executeOn ? ok(executeOn) : refuse('payouts.date_closed', { executeOn, next }, { pointer: '/executeOn' });
}
