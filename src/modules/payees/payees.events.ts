import type { DomainEvent } from '../../platform/events/event.js';
import type { PayeeState } from './payee.machine.js';

export interface PayeeMoved {
  readonly accountId: string;
  readonly merchantId: string;
  readonly state: PayeeState;
}

const about = <Topic extends string, Payload extends object>(topic: Topic, accountId: string, merchantId: string, payload: Payload): DomainEvent<Topic, Payload> =>
  ({ topic, aggregate: { type: 'payee', id: accountId }, merchantId, payload });

/** An account was entered, came into use, gave way, or was taken back. Ids and states only. */
export const payeeMoved = ({ accountId, merchantId, state }: PayeeMoved) => about('payee.moved', accountId, merchantId, { accountId, merchantId, state });

/** Everything paid to a merchant is stopped, or goes on. */
export const payeeHeld = (accountId: string, merchantId: string) => about('payee.held', accountId, merchantId, { accountId, merchantId });
export const payeeReleased = (accountId: string, merchantId: string) => about('payee.released', accountId, merchantId, { accountId, merchantId });
