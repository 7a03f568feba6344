import type { Actor } from './actor.js';
import type { PendingAnswer } from '../idempotency/pending-answer.js';

/**
 * What travels with one use case, as the first argument of every service method that changes something:
 * who acts, for which request, and (for an HTTP command with an Idempotency-Key) where the answer is to be stored.
 */
export interface Context {
  readonly actor: Actor;
  readonly requestId: string;
  readonly pendingAnswer?: PendingAnswer;
}
