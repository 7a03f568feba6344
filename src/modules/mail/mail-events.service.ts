import { Inject, Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { isSigned } from './event-signature.rules.js';
import { LetterDelivery } from './letter-delivery.service.js';

export const MAIL_EVENTS = ['delivered', 'bounced', 'complained'] as const;

export interface MailEvent {
  /** Of the Message-ID, or the reference of a text message: the letter's id. */
  readonly letterId: string;
  readonly event: (typeof MAIL_EVENTS)[number];
}

/** What a mail server or a service for text messages says later about what it took. */
@Injectable()
export class MailEvents {
  constructor(private readonly delivery: LetterDelivery, private readonly clock: Clock, @Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /** Whether the operator's provider said it, just now. Codes: `mail.events_off`, `mail.signature_wrong`. */
  believes(header: string, body: Buffer): Result<void> {
    const { mailEventsSecret } = this.config;
    if (mailEventsSecret === undefined) return refuse('mail.events_off');
    return isSigned(header, body, mailEventsSecret, this.clock.now()) ? ok(undefined) : refuse('mail.signature_wrong');
  }

  /** A repeat changes nothing, and a letter nobody knows is passed over. */
  async take(ctx: Context, events: readonly MailEvent[]): Promise<Result<{ taken: number }>> {
    for (const { letterId, event } of events) {
      // Who marks a letter as unwanted has read it: that says nothing about the address.
      const done = event === 'bounced' ? await this.delivery.bounced(ctx, letterId) : event === 'delivered' ? await this.delivery.arrived(ctx, letterId) : ok(null);
      if (!done.ok) return done;
    }
    return ok({ taken: events.length });
  }
}
