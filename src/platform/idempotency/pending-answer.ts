import type { Tx } from '../database/tx.js';

/**
 * The place kept for the answer of a command that carries an Idempotency-Key. The unit of work claims it first and
 * stores the answer last, in the transaction of the work itself.
 */
export interface PendingAnswer {
  /** Takes the key inside the transaction; `in_flight` when another request holds it, `replayed` when it is done. */
  claim(tx: Tx): Promise<'claimed' | 'in_flight' | 'answered'>;
  store(tx: Tx, body: unknown): Promise<void>;
}
