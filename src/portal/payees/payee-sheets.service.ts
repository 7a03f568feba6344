import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { requireProof } from '../../modules/identity/index.js';
import { MerchantProfiles, type MerchantView } from '../../modules/merchants/index.js';
import { PayeeQueries, type PayeeAccountsView } from '../../modules/payees/index.js';
import { ClaimPayments } from '../../modules/payouts/index.js';

export interface PayeeSheet {
  readonly business: MerchantView;
  readonly accounts: PayeeAccountsView;
  /** Something was accepted, so there is money to send; before that nobody is asked for an account. */
  readonly due: boolean;
  /** References of claims whose payment to the account in use came back. */
  readonly cameBack: readonly string[];
  /** Whether the password has to be given again. */
  readonly proofNeeded: boolean;
}

const AT_ONCE = 200;

/** What the pages about payee accounts show, for the businesses whose account somebody may say. */
@Injectable()
export class PayeeSheets {
  constructor(
    private readonly merchants: MerchantProfiles,
    private readonly payees: PayeeQueries,
    private readonly claims: ClaimQueries,
    private readonly payments: ClaimPayments,
    private readonly clock: Clock,
  ) {}

  /** The businesses of a person that they may name an account for. */
  async businesses({ actor, requestId }: Context): Promise<MerchantView[]> {
    const ids = actor.kind === 'user' ? actor.memberships.map(({ merchantId }) => merchantId).filter((id) => mayFor(actor, 'payee.edit', id)) : [];
    const found = await Promise.all(ids.slice(0, 50).map((id) => this.merchants.get({ actor, requestId }, id)));
    return found.flatMap((merchant) => (merchant.ok ? [merchant.value] : []));
  }

  /** Code: `payees.not_found`. */
  async of(ctx: Context, merchantId: string): Promise<Result<PayeeSheet>> {
    const business = mayFor(ctx.actor, 'payee.edit', merchantId) ? await this.merchants.get(ctx, merchantId) : refuse('payees.not_found');
    const accounts = business.ok ? await this.payees.list(ctx, merchantId) : business;
    if (!business.ok || !accounts.ok) return refuse('payees.not_found');
    const accepted = await this.claims.list(ctx, { state: 'accepted', limit: AT_ONCE });
    const own = accepted.items.filter((claim) => claim.merchantId === merchantId);
    const standings = await this.payments.standings(own.map(({ id }) => id));
    return ok({
      business: business.value, accounts: accounts.value, proofNeeded: !requireProof(ctx.actor, this.clock.now()).ok, due: accounts.value.items.length > 0 || own.length > 0,
      cameBack: own.flatMap(({ id, reference }) => (standings.get(id)?.account === 'correct_account' ? [reference] : [])),
    });
  }
}
