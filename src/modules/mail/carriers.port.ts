/** Something to be handed over. `reference` is the same each time it is tried, so that a receiver can tell a repeat. */
export interface Parcel {
  readonly reference: string;
  readonly recipient: string;
  readonly subject: string;
  readonly plain: string;
  readonly html: string;
}

/** Why something could not be handed over, in words that name nobody; and whether trying again may help. */
export class CarrierError extends Error {
  constructor(message: string, readonly isFinal: boolean) {
    super(message);
    this.name = 'CarrierError';
  }
}

/** Hands mail over. Throws CarrierError. */
export abstract class MailPort {
  /** Whether there is anybody to hand it to; otherwise letters stay in the outbox. */
  abstract readonly isConnected: boolean;
  abstract send(parcel: Parcel): Promise<void>;
}

/** Hands text messages over. Throws CarrierError. */
export abstract class SmsPort {
  abstract readonly isConnected: boolean;
  abstract send(parcel: Parcel): Promise<void>;
}
