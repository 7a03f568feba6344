import type { DomainEvent } from '../../platform/events/event.js';
import type { BatchState } from './payout-batch.machine.js';
import type { LineState } from './payment-line.machine.js';

export interface BatchMoved {
  readonly batchId: string;
  readonly fundId: string;
  readonly state: BatchState;
}

export interface LineMoved {
  readonly lineId: string;
  readonly claimId: string;
  readonly state: LineState;
  /** Why, where a bank or a person said: a reason code of the bank, or ours. */
  readonly reason?: string;
}

export const batchMoved = (payload: BatchMoved): DomainEvent<string, BatchMoved> =>
  ({ topic: `payout_batch.${payload.state}`, aggregate: { type: 'payout_batch', id: payload.batchId }, payload });

/** A payment was released, booked, rejected, returned or written off; in what order lines were collected is nobody's news. */
export const lineMoved = (merchantId: string, payload: LineMoved): DomainEvent<string, LineMoved> =>
  ({ topic: `payment_line.${payload.state}`, aggregate: { type: 'payment_line', id: payload.lineId }, merchantId, payload });

/** A message of a bank counts, or nothing of it does. */
export interface BankMessageEnded {
  readonly messageId: string;
  readonly payingAccountId: string;
  readonly state: 'applied' | 'quarantined';
}

export const bankMessageEnded = (payload: BankMessageEnded): DomainEvent<string, BankMessageEnded> =>
  ({ topic: `bank_message.${payload.state}`, aggregate: { type: 'bank_message', id: payload.messageId }, payload });

export interface OverpaymentChanged {
  readonly overpaymentId: string;
  readonly claimId: string;
  readonly what: 'opened' | 'repaid' | 'booked' | 'offset' | 'offset_undone' | 'written_off' | 'annulled';
  readonly amountMinor: string;
  readonly currency: string;
}

/** More was paid than is granted by now, or something of that came back or is asked for no more. */
export const overpaymentChanged = (merchantId: string, payload: OverpaymentChanged): DomainEvent<string, OverpaymentChanged> =>
  ({ topic: `overpayment.${payload.what}`, aggregate: { type: 'overpayment', id: payload.overpaymentId }, merchantId, payload });
