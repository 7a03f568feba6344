import { Inject, Injectable } from '@nestjs/common';
import { formatInstant, HOUR, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import type { Tx } from '../../platform/database/tx.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { AuditTrail } from '../audit/index.js';
import { Outbox } from '../mail/index.js';
import { mandateTerm } from './mandate-term.rules.js';
import { MandatesRepository } from './mandates.repository.js';
import type { MandateRow } from './views/mandate-view.js';

/** Asks a business whether a mandate is true: one letter a day at most, whatever was filed, with a link that is good once. */
@Injectable()
export class MandateLetters {
  constructor(private readonly mandates: MandatesRepository, private readonly audit: AuditTrail, private readonly clock: Clock, private readonly outbox: Outbox, @Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /** False when the business was written to today already; nothing is sent then, and the link it has stays good. */
  ask(tx: Tx, ctx: Context, mandate: MandateRow): Promise<boolean> {
    return this.#ask(tx, ctx, mandate, 'mandate.confirm');
  }

  /** Once more before the term is over, with a new link; as `ask` where it was written to today. */
  remind(tx: Tx, ctx: Context, mandate: MandateRow): Promise<boolean> {
    return this.#ask(tx, ctx, mandate, 'mandate.reminder');
  }

  /** Nobody answered in time: what was filed is taken back. */
  async lapsed(tx: Tx, mandate: MandateRow): Promise<void> {
    await this.outbox.post(tx, {
      template: 'mandate.lapsed', to: { email: mandate.contactEmail }, language: mandate.language, merchantId: mandate.merchantId, about: { kind: 'mandate', id: mandate.id },
      data: { agent: mandate.agentName, business: mandate.merchantName },
    });
  }

  async #ask(tx: Tx, ctx: Context, mandate: MandateRow, template: 'mandate.confirm' | 'mandate.reminder'): Promise<boolean> {
    if (!(await this.mandates.noteAsked(tx, mandate.id, formatInstant(this.clock.now()).slice(0, 10)))) return false;
    const token = await this.link(tx, mandate);
    const until = new Formatting(mandate.language).date(this.#goodUntil(mandate), 'UTC');
    await this.outbox.post(tx, {
      template, to: { email: mandate.contactEmail }, language: mandate.language, merchantId: mandate.merchantId, about: { kind: 'mandate', id: mandate.id },
      data: { agent: mandate.agentName, business: mandate.merchantName, fee: mandate.fee.words, until, token },
    });
    await this.audit.record(tx, ctx, { aggregate: { type: 'mandate', id: mandate.id }, action: 'mandate.asked', data: {} });
    return true;
  }

  /** A new link in place of the one before. */
  async link(tx: Tx, mandate: Pick<MandateRow, 'id' | 'merchantId' | 'assertedAt'>): Promise<string> {
    const token = newToken();
    const now = this.clock.now();
    await this.mandates.putLink(tx, { mandateId: mandate.id, merchantId: mandate.merchantId, tokenHash: tokenHash(token), at: now, expiresAt: this.#goodUntil(mandate) });
    return token;
  }

  /** A link is good as long as there is something to answer. Edge: where a hold keeps the mandate waiting, at least a day. */
  #goodUntil({ assertedAt }: Pick<MandateRow, 'assertedAt'>): Instant {
    return Math.max(mandateTerm(assertedAt, this.config.mandateTermDays).endsAt, this.clock.now() + 24 * HOUR) as Instant;
  }
}
