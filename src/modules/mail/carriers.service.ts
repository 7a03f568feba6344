import { Injectable } from '@nestjs/common';
import { MailPort, SmsPort } from './carriers.port.js';
import type { Channel } from './letters.repository.js';

/** Who takes letters of a channel away. */
@Injectable()
export class Carriers {
  constructor(private readonly mail: MailPort, private readonly sms: SmsPort) {}

  of(channel: Channel): MailPort | SmsPort {
    return channel === 'mail' ? this.mail : this.sms;
  }
}
