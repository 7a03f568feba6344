import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import { systemActor } from '../../platform/access/actor.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { MerchantView } from '../merchants/index.js';
import type { PayeeAccountEntity } from './payee-account.entity.js';
import { PayeeHolds } from './payee-holds.service.js';
import { PayeeLetters } from './payee-letters.service.js';
import { PayeeLinks } from './payee-links.service.js';
import { PayeeLifecycle } from './payee-lifecycle.service.js';

/** What somebody with the link may see: enough to know what it is about. */
export interface StoppableChange {
  readonly business: string;
  readonly ending: string;
  readonly usableFrom: string;
  readonly zone: string;
  readonly stopped: boolean;
}

/**
 * "This was not me": the link of the letter takes the account back and stops everything paid to the merchant until finance has looked.
 * Whoever has the letter may use it without signing in: their session may be the very thing that was stolen.
 */
@Injectable()
export class PayeeStops {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly links: PayeeLinks,
    private readonly holds: PayeeHolds,
    private readonly lifecycle: PayeeLifecycle,
    private readonly letters: PayeeLetters,
  ) {}

  /** Code: `payees.link_unknown`. */
  async look(token: string): Promise<Result<StoppableChange>> {
    const found = await this.links.behind(this.database.reader, token);
    if (!found.ok) return found;
    const { account, merchant } = found.value;
    return ok({
      business: merchant.legalName, ending: account.lastFour, usableFrom: formatInstant(account.usableFrom.getTime() as Instant), zone: merchant.zone,
      stopped: await this.holds.isHeld(this.database.reader, merchant.id),
    });
  }

  /** Used twice it changes nothing the second time. Code: `payees.link_unknown`. */
  stop(requestId: string, token: string): Promise<Result<null>> {
    const ctx: Context = { actor: systemActor('payee-link'), requestId };
    return this.work.run(ctx, async (tx): Promise<Result<null>> => {
      const found = await this.links.behind(tx, token);
      if (!found.ok) return found;
      const locked = await this.lifecycle.locked(tx, found.value.merchant.id, found.value.account.id);
      return locked.ok ? this.#stop(tx, ctx, found.value.merchant, locked.value) : locked;
    });
  }

  async #stop(tx: Tx, ctx: Context, merchant: MerchantView, account: PayeeAccountEntity): Promise<Result<null>> {
    if (account.state === 'waiting') {
      const cancelled = await this.lifecycle.apply(tx, ctx, account, 'cancel');
      if (!cancelled.ok) return cancelled;
    }
    if (await this.holds.place(tx, ctx, account)) await this.letters.stopped(tx, merchant, account);
    return ok(null);
  }
}
