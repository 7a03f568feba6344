import { Injectable } from '@nestjs/common';
import { formatInstant, HOUR, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import type { Tx } from '../../platform/database/tx.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { AuditTrail } from '../audit/index.js';
import { Outbox } from '../mail/index.js';
import { MandatesRepository } from './mandates.repository.js';
import type { MandateRow } from './views/mandate-view.js';

const LINK_LASTS_DAYS = 30;

/** Asks a business whether a mandate is true: one letter a day at most, whatever was filed, with a link that is good once. */
@Injectable()
export class MandateLetters {
  constructor(private readonly mandates: MandatesRepository, private readonly audit: AuditTrail, private readonly clock: Clock, private readonly outbox: Outbox) {}

  /** False when the business was written to today already; nothing is sent then, and the link it has stays good. */
  async ask(tx: Tx, ctx: Context, mandate: MandateRow): Promise<boolean> {
    if (!(await this.mandates.noteAsked(tx, mandate.id, formatInstant(this.clock.now()).slice(0, 10)))) return false;
    const token = await this.link(tx, mandate);
    const until = new Formatting(mandate.language).date((this.clock.now() + LINK_LASTS_DAYS * 24 * HOUR) as Instant, 'UTC');
    await this.outbox.post(tx, {
      template: 'mandate.confirm', to: { email: mandate.contactEmail }, language: mandate.language, merchantId: mandate.merchantId, about: { kind: 'mandate', id: mandate.id },
      data: { agent: mandate.agentName, business: mandate.merchantName, fee: mandate.fee.words, until, token },
    });
    await this.audit.record(tx, ctx, { aggregate: { type: 'mandate', id: mandate.id }, action: 'mandate.asked', data: {} });
    return true;
  }

  /** A new link in place of the one before. */
  async link(tx: Tx, mandate: Pick<MandateRow, 'id' | 'merchantId'>): Promise<string> {
    const token = newToken();
    const now = this.clock.now();
    await this.mandates.putLink(tx, { mandateId: mandate.id, merchantId: mandate.merchantId, tokenHash: tokenHash(token), at: now, expiresAt: (now + LINK_LASTS_DAYS * 24 * HOUR) as Instant });
    return token;
  }
}
