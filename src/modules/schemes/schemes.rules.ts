import { ok, refuse, type Result } from '../../core/errors/index.js';
import { addLocalDays, extendedDeadline, formatInstant, isZone, type Deadline, type Instant, type IntervalSet } from '../../core/time/index.js';

export const TEXT_KINDS = ['terms', 'release', 'limitation', 'who_decides'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

export const SCHEME_STEPS = ['acknowledge', 'assess', 'decide', 'pay'] as const;
export type SchemeStep = (typeof SCHEME_STEPS)[number];

export type SchemeStatus = 'planned' | 'open' | 'closed';

export interface SchemeDates {
  readonly opensAt: Instant;
  /** With all extensions. */
  readonly closesAt: Instant;
  /** Days of the scheme's zone in which drafts can still be filed, marked late. */
  readonly graceDays: number;
  readonly zone: string;
}

/** Derived from dates, never stored: `[opensAt, closesAt)` is open. */
export function statusAt({ opensAt, closesAt }: Pick<SchemeDates, 'opensAt' | 'closesAt'>, now: Instant): SchemeStatus {
  if (now < opensAt) return 'planned';
  return now < closesAt ? 'open' : 'closed';
}

/** Both ends of a scheme's time, moved by downtime of this portal since it opened. The clock of the grace runs through the whole time. */
export function movedEnds(dates: SchemeDates, down: IntervalSet): { readonly closes: Deadline; readonly grace: Deadline } {
  const from = dates.opensAt;
  return { closes: extendedDeadline({ from, promisedAt: dates.closesAt }, down), grace: extendedDeadline({ from, promisedAt: graceEndsAt(dates) }, down) };
}

/** End of the grace as promised: the same clock time `graceDays` days later. Edge: across a clock change a day is 23 or 25 hours. */
export const graceEndsAt = ({ closesAt, graceDays, zone }: SchemeDates): Instant => addLocalDays(closesAt, zone, graceDays);

export function checkDates(dates: SchemeDates): Result<SchemeDates> {
  const { opensAt, closesAt, zone } = dates;
  if (!isZone(zone)) return refuse('schemes.zone_unknown', { zone: zone.slice(0, 60) }, { pointer: '/zone' });
  if (opensAt < closesAt) return ok(dates);
  return refuse('schemes.dates_reversed', { opensAt: formatInstant(opensAt), closesAt: formatInstant(closesAt) }, { pointer: '/closesAt' });
}

export interface SchemeTextInput {
  readonly kind: TextKind;
  readonly language: string;
  readonly body: string;
}

/** A stored text; acceptances name it by its hash. */
export interface SchemeText {
  readonly kind: TextKind;
  readonly language: string;
  readonly number: number;
  readonly hash: string;
  readonly body: string;
}

/** A release may be empty, which takes it back; the other three say something. */
export function checkTexts(texts: readonly SchemeTextInput[]): Result<readonly SchemeTextInput[]> {
  const seen = new Set<string>();
  for (const [index, { kind, language, body }] of texts.entries()) {
    const pointer = `/texts/${index}`;
    if (seen.has(`${kind} ${language}`)) return refuse('schemes.text_repeated', { kind, language }, { pointer });
    if (body.trim() === '' && kind !== 'release') return refuse('schemes.text_empty', { kind, language }, { pointer });
    seen.add(`${kind} ${language}`);
  }
  return ok(texts);
}
