import type { DomainEvent } from '../../platform/events/event.js';
import type { MandateEvent, MandateState } from './mandate.machine.js';

export interface MandateMoved {
  readonly mandateId: string;
  readonly agentId: string;
  readonly from?: MandateState;
  readonly to: MandateState;
}

/** Whoever ended it, and also when nobody answered: what was filed under it and never confirmed is taken back all the same. */
const TOPICS = { confirm: 'mandate.confirmed', veto: 'mandate.revoked', withdraw: 'mandate.revoked', revoke: 'mandate.revoked', lapse: 'mandate.revoked' } as const satisfies Record<MandateEvent, string>;

const event = (topic: string, merchantId: string, payload: MandateMoved): DomainEvent<string, MandateMoved> =>
  ({ topic, aggregate: { type: 'mandate', id: payload.mandateId }, merchantId, payload });

export const mandateAsserted = (merchantId: string, mandateId: string, agentId: string): DomainEvent => event('mandate.asserted', merchantId, { mandateId, agentId, to: 'asserted' });
export const mandateMoved = (happened: MandateEvent, merchantId: string, payload: MandateMoved): DomainEvent => event(TOPICS[happened], merchantId, payload);
