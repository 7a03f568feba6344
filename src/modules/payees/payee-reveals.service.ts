import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { HOUR, type Instant } from '../../core/time/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Vault } from '../../platform/crypto/vault.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { requireProof } from '../identity/index.js';
import type { AccountKind } from './account-number.rules.js';
import { placeOf } from './payee-entry.service.js';
import { PayeeHoldsRepository } from './payee-holds.repository.js';
import { reasonFault } from './payee-reasons.rules.js';
import { PayeesRepository } from './payees.repository.js';

export interface RevealedAccount {
  readonly id: string;
  readonly kind: AccountKind;
  readonly account: string;
  readonly bank?: string;
  readonly holder?: string;
}

const REVEALS = { most: 10, windowMs: HOUR };

/** The only way to a whole number: for finance, with a reason, a fresh proof and an entry that stays. */
@Injectable()
export class PayeeReveals {
  constructor(
    private readonly work: UnitOfWork,
    private readonly payees: PayeesRepository,
    private readonly holds: PayeeHoldsRepository,
    private readonly vault: Vault,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /**
   * Noted before it is given out, in one transaction: what could not be noted is not shown. Its answer is kept nowhere, so an
   * Idempotency-Key does nothing here. Codes: `payees.not_found`, `payees.reason_missing`, `identity.proof_needed`, `rate.too_many`,
   * `payees.erased`, `vault.key_missing`, `vault.altered`.
   */
  reveal({ actor, requestId }: Context, merchantId: string, id: string, reason: string): Promise<Result<RevealedAccount>> {
    const ctx: Context = { actor, requestId };
    return this.work.run(ctx, async (tx): Promise<Result<RevealedAccount>> => {
      const account = mayFor(actor, 'payee.reveal', merchantId) ? await this.payees.find(tx, merchantId, id) : null;
      if (account === null) return refuse('payees.not_found');
      const allowed = await this.#allowed(tx, ctx, reason);
      if (!allowed.ok) return allowed;
      const number = await this.#open(tx, merchantId, id);
      if (!number.ok) return number;
      const reasonDigest = await this.audit.keepText(tx, reason);
      await this.holds.noteReveal(tx, { merchantId, accountId: id, userId: userIdOf(actor), reasonDigest, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'payee', id }, action: 'payee.revealed', data: { reasonDigest } });
      return ok({
        id, kind: account.kind, account: number.value,
        ...(account.bank === null ? {} : { bank: account.bank }), ...(account.holder === null ? {} : { holder: account.holder }),
      });
    });
  }

  async #allowed(tx: Tx, ctx: Context, reason: string): Promise<Result<void>> {
    const fault = reasonFault(reason);
    if (!fault.ok) return fault;
    const proved = requireProof(ctx.actor, this.clock.now());
    if (!proved.ok) return proved;
    const [userId, now] = [userIdOf(ctx.actor), this.clock.now()];
    await this.holds.lockReveals(tx, userId);
    const { count, oldest } = await this.holds.revealsSince(tx, userId, (now - REVEALS.windowMs) as Instant);
    return count < REVEALS.most ? ok(undefined) : refuse('rate.too_many', { retryAfterSeconds: Math.ceil((oldest + REVEALS.windowMs - now) / 1_000) });
  }

  async #open(tx: Tx, merchantId: string, id: string): Promise<Result<string>> {
    const row = await this.payees.sealed(tx, merchantId, id);
    if (row?.sealed == null || row.wrappedKey === null) return refuse('payees.erased');
    return this.vault.open({ sealed: row.sealed, wrappedKey: row.wrappedKey, keyId: row.keyId }, placeOf(merchantId, id));
  }
}
