import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { HOUR, type Instant } from '../../core/time/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Vault } from '../../platform/crypto/vault.js';
import type { Reader } from '../../platform/database/tx.js';
import { requireProof } from '../identity/index.js';
import { MerchantHolds, MerchantProfiles, type MerchantView } from '../merchants/index.js';
import { identityOf, type CheckedAccount } from './account-number.rules.js';
import { PayeeHoldsRepository } from './payee-holds.repository.js';
import { PayeesRepository } from './payees.repository.js';

/** A bank that shows the name on an account must not be made to tell the names on many. */
const ENTERED = { most: 5, windowMs: 24 * HOUR };

/** What has to be so before an account is entered. Asked before the bank is, and again under the lock. */
@Injectable()
export class PayeeGate {
  constructor(
    private readonly payees: PayeesRepository,
    private readonly holds: PayeeHoldsRepository,
    private readonly merchants: MerchantProfiles,
    private readonly standing: MerchantHolds,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** The merchant, when its owner asks and has just shown that it is them. Codes: `payees.not_found`, `identity.proof_needed`. */
  async owner(ctx: Context, merchantId: string): Promise<Result<MerchantView>> {
    const merchant = mayFor(ctx.actor, 'payee.edit', merchantId) ? await this.merchants.get(ctx, merchantId) : refuse('payees.not_found');
    if (!merchant.ok) return refuse('payees.not_found');
    const proved = requireProof(ctx.actor, this.clock.now());
    return proved.ok ? merchant : proved;
  }

  /** Codes: `payees.held`, `merchants.held`, `merchants.payees_wait`, `payees.change_waiting`, `payees.same_account`, `payees.too_many`. */
  async open(reader: Reader, merchantId: string, account: CheckedAccount): Promise<Result<void>> {
    if (await this.holds.open(reader, merchantId) !== undefined) return refuse('payees.held');
    const clear = await this.standing.clearForPayees(reader, merchantId);
    if (!clear.ok) return clear;
    const rows = await this.payees.ofMerchant(reader, merchantId);
    if (rows.some(({ state }) => state === 'waiting')) return refuse('payees.change_waiting');
    const { index } = await this.vault.indexOf(identityOf(account));
    if (rows.some(({ state, blindIndex }) => state === 'usable' && blindIndex.equals(index))) return refuse('payees.same_account', {}, { pointer: '/account' });
    const now = this.clock.now();
    const { count, oldest } = await this.payees.entered(reader, merchantId, (now - ENTERED.windowMs) as Instant);
    return count < ENTERED.most ? ok(undefined)
      : refuse('payees.too_many', { most: ENTERED.most, retryAfterSeconds: Math.ceil((oldest + ENTERED.windowMs - now) / 1_000) });
  }
}
