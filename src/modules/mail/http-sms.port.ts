import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { CarrierError, SmsPort, type Parcel } from './carriers.port.js';

const TIMEOUT_MS = 15_000;

/** A service that takes text messages as JSON; the operator puts its own adapter there when its provider speaks otherwise. */
@Injectable()
export class HttpSms extends SmsPort {
  readonly isConnected: boolean;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {
    super();
    this.isConnected = config.smsUrl !== undefined;
  }

  async send({ reference, recipient, plain }: Parcel): Promise<void> {
    const { smsUrl, smsToken } = this.config;
    const answer = await fetch(smsUrl ?? '', {
      method: 'POST', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { 'content-type': 'application/json', 'idempotency-key': reference, ...(smsToken === undefined ? {} : { authorization: `Bearer ${smsToken}` }) },
      body: JSON.stringify({ to: recipient, text: plain, reference }),
    }).catch(() => undefined);
    if (answer === undefined) throw new CarrierError('The service for text messages could not be reached.', false);
    await answer.body?.cancel();
    if (answer.ok) return;
    const isFinal = answer.status < 500 && answer.status !== 429 && answer.status !== 408;
    throw new CarrierError(`The service for text messages ${isFinal ? 'refused the message' : 'could not take the message now'} (${answer.status}).`, isFinal);
  }
}
