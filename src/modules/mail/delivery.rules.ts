import { HOUR, MINUTE, type Instant } from '../../core/time/index.js';
import type { LetterRow } from './letters.repository.js';

/** Between one try and the next: soon at first, since most servers are only busy; the last one a day and a half after the first. */
const PAUSES = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, 24 * HOUR] as const;
export const MOST_TRIES = PAUSES.length + 1;
/** Longer than handing over can take with all its time-outs, shorter than a job may run. */
export const TAKEN_FOR_MS = 90_000;

/** A text message that found no room in its hour waits for another, and after three days somebody else has to tell. */
export const PUT_OFF_MS = HOUR;
const MOST_PUT_OFF_MS = 72 * HOUR;

export const pauseAfter = (tries: number): number => PAUSES[Math.min(tries, PAUSES.length) - 1] ?? MINUTE;

export type Next = { readonly do: 'send' | 'nothing' } | { readonly do: 'wait'; readonly until: Instant } | { readonly do: 'give_up'; readonly fault: string };

/** What is to be done with a letter whose turn it is. Tries are counted before they are made, so that one that kills its process counts. */
export function nextStep({ state, attempts, takenUntil, endsAt, createdAt }: LetterRow & { readonly takenUntil: Date | null }, now: Instant, hasRoom: boolean): Next {
  if (state !== 'queued' && state !== 'deferred') return { do: 'nothing' };
  if (takenUntil !== null && takenUntil.getTime() > now) return { do: 'wait', until: takenUntil.getTime() as Instant };
  // A letter with a code in it is of no use to anybody once the code has ended.
  if (endsAt !== null && now > endsAt.getTime()) return { do: 'give_up', fault: 'What the letter said had ended before it could be handed over.' };
  if (!hasRoom && attempts === 0 && state === 'deferred') {
    return now - createdAt.getTime() < MOST_PUT_OFF_MS ? { do: 'wait', until: (now + PUT_OFF_MS) as Instant } : { do: 'give_up', fault: 'There was no room for more text messages in three days.' };
  }
  return attempts >= MOST_TRIES ? { do: 'give_up', fault: `It could not be handed over in ${MOST_TRIES} tries.` } : { do: 'send' };
}
