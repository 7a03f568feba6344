import { ok, refuse, type Result } from '../../core/errors/index.js';
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

/** Whether the bank can be asked to pay on a day. Codes: `payouts.date_past`, `payouts.date_far`. Edge: today is not past. */
export function checkExecuteOn(executeOn: CalendarDate, today: CalendarDate): Result<void> {
  if (executeOn < today) return refuse('payouts.date_past', { executeOn, today }, { pointer: '/executeOn' });
  const most = addDays(today, MOST_DAYS_AHEAD);
  return executeOn > most ? refuse('payouts.date_far', { executeOn, most }, { pointer: '/executeOn' }) : ok(undefined);
}
