import type { DomainEvent } from '../../platform/events/event.js';
import type { RecoveryEvent, RecoveryKind, RecoveryState } from './recovery.machine.js';

export interface RecoveryMoved {
  readonly recoveryId: string;
  readonly kind: RecoveryKind;
  readonly from?: RecoveryState;
  readonly to: RecoveryState;
}

const TOPICS = {
  match: 'recovery.matched', recommend: 'recovery.recommended', send_back: 'recovery.sent_back', grant: 'recovery.granted', refuse: 'recovery.refused', stop: 'recovery.stopped',
} as const satisfies Record<RecoveryEvent, string>;

/** Past tense of what happened to a request; the same words in the audit trail. */
export const topicOf = (event: RecoveryEvent | undefined): string => (event === undefined ? 'recovery.asked' : TOPICS[event]);

/** Ids and states only: who asked and what they wrote stays out of the log. */
export const recoveryMoved = (event: RecoveryEvent | undefined, merchantId: string | null, payload: RecoveryMoved): DomainEvent => ({
  topic: topicOf(event), aggregate: { type: 'recovery', id: payload.recoveryId }, payload, ...(merchantId === null ? {} : { merchantId }),
});
