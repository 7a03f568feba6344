import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { HOUR } from '../../core/time/index.js';
import { systemActor } from '../../platform/access/actor.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import type { Reader } from '../../platform/database/tx.js';
import { MerchantProfiles, type MerchantView } from '../merchants/index.js';
import type { PayeeAccountEntity } from './payee-account.entity.js';
import { PayeesRepository } from './payees.repository.js';

/** A letter that lies in a mailbox for longer says nothing about now. */
const LASTS_MS = 30 * 24 * HOUR;

/** What is behind the link of a letter. */
@Injectable()
export class PayeeLinks {
  constructor(private readonly payees: PayeesRepository, private readonly merchants: MerchantProfiles, private readonly clock: Clock) {}

  /** Code: `payees.link_unknown`. */
  async behind(reader: Reader, token: string): Promise<Result<{ account: PayeeAccountEntity; merchant: MerchantView }>> {
    const account = await this.payees.byFreezeToken(reader, tokenHash(token));
    if (account === undefined || this.clock.now() > account.usableFrom.getTime() + LASTS_MS) return refuse('payees.link_unknown');
    const merchant = await this.merchants.get({ actor: systemActor('payee-link'), requestId: '' }, account.merchantId);
    return merchant.ok ? ok({ account, merchant: merchant.value }) : refuse('payees.link_unknown');
  }
}
