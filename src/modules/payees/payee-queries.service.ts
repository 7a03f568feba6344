import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import { isStaff, mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { MerchantHolds, MerchantProfiles } from '../merchants/index.js';
import type { PayeeAccountEntity } from './payee-account.entity.js';
import { PayeeHoldsRepository } from './payee-holds.repository.js';
import { PayeesRepository } from './payees.repository.js';
import { payeeView, type PayeeAccountView } from './views/payee-view.js';

export interface PayeeAccountsView {
  readonly items: readonly PayeeAccountView[];
  /** Since when everything paid to the merchant is stopped. */
  readonly heldSince?: string;
  /** Who stopped it: whoever had a letter about an account, or finance. */
  readonly heldBy?: 'letter' | 'staff';
}

/** Accounts as they may be seen: masked, for everybody. */
@Injectable()
export class PayeeQueries {
  constructor(
    private readonly database: Database,
    private readonly payees: PayeesRepository,
    private readonly holds: PayeeHoldsRepository,
    private readonly merchants: MerchantProfiles,
    private readonly standing: MerchantHolds,
  ) {}

  /** Newest first. Code: `payees.not_found`. */
  async list(ctx: Context, merchantId: string): Promise<Result<PayeeAccountsView>> {
    const { reader } = this.database;
    if (!mayFor(ctx.actor, 'payee.read', merchantId) || !(await this.merchants.get(ctx, merchantId)).ok) return refuse('payees.not_found');
    const hold = await this.holds.open(reader, merchantId);
    const rows = await this.payees.ofMerchant(reader, merchantId);
    return ok({
      items: await Promise.all(rows.map((row) => this.#seenBy(ctx, reader, row))),
      ...(hold === undefined ? {} : { heldSince: formatInstant(hold.placedAt.getTime() as Instant), heldBy: hold.placedBy === null ? 'letter' : 'staff' }),
    });
  }

  async get(ctx: Context, merchantId: string, id: string): Promise<Result<PayeeAccountView>> {
    const { reader } = this.database;
    const row = mayFor(ctx.actor, 'payee.read', merchantId) ? await this.payees.find(reader, merchantId, id) : null;
    return row === null ? refuse('payees.not_found') : ok(await this.#seenBy(ctx, reader, row));
  }

  /** The account that money goes to now. Codes: `payees.held`, `merchants.held`, `payees.none`. */
  async payable(reader: Reader, merchantId: string): Promise<Result<{ accountId: string; version: number }>> {
    if (await this.holds.open(reader, merchantId) !== undefined) return refuse('payees.held');
    const clear = await this.standing.look(reader, merchantId);
    if (!clear.ok) return clear;
    const usable = (await this.payees.ofMerchant(reader, merchantId)).find(({ state }) => state === 'usable');
    return usable === undefined ? refuse('payees.none') : ok({ accountId: usable.id, version: usable.version });
  }

  /** Whether others use an account is a signal for finance, never for a merchant. */
  async #seenBy({ actor }: Context, reader: Reader, row: PayeeAccountEntity): Promise<PayeeAccountView> {
    return isStaff(actor) ? { ...payeeView(row), sharedWith: (await this.payees.othersWith(reader, row)).length } : payeeView(row);
  }
}
