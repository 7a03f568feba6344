import { refuse, ok, type Result } from '../../../core/errors/index.js';
import { addDays, parseLocal, type CalendarDate } from '../../../core/time/index.js';
import type { Actor } from '../../../platform/access/actor.js';
import { PLACED_BY, type ClaimHoldKind } from '../../claims/index.js';

/** Longest until somebody looks again. */
export const LONGEST_REVIEW_DAYS = 365;

/** Days in which a business is heard before what it was granted is reduced. */
export const HEARING_DAYS = 14;

/** Answers to one proposal. */
export const MOST_ANSWERS = 20;

/** Kinds that people place; the fund's own is none of theirs. */
export const PLACED_KINDS = (Object.keys(PLACED_BY) as ClaimHoldKind[]).filter((kind) => PLACED_BY[kind].length > 0);

/** Whether the person's role places and releases the kind. Code: `review.hold_not_yours`. */
export function mayHold(actor: Actor, kind: ClaimHoldKind): Result<void> {
  const may = actor.kind === 'user' && actor.roles.some((role) => PLACED_BY[kind].includes(role));
  return may ? ok(undefined) : refuse('review.hold_not_yours', { roles: PLACED_BY[kind].length === 0 ? ['system'] : PLACED_BY[kind] }, { pointer: '/kind' });
}

/** A day after `today` and at most a year after it. Code: `review.hold_day`. Edge: today itself is too early. */
export function reviewDay(text: string, today: CalendarDate): Result<CalendarDate> {
  const latest = addDays(today, LONGEST_REVIEW_DAYS);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && parseLocal(text).ok;
  return isDay && text > today && text <= latest ? ok(text) : refuse('review.hold_day', { latest }, { pointer: '/reviewOn' });
}

/** Why what was granted is reduced; reasons of the shared catalogue. */
export const REDUCTION_REASONS = ['fraud_found', 'granted_in_error', 'paid_by_another', 'facts_corrected'] as const;
export type ReductionReason = (typeof REDUCTION_REASONS)[number];
