import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/time/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import { Vault } from '../../platform/crypto/vault.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import type { MerchantView } from '../merchants/index.js';
import { identityOf, lastFour, type CheckedAccount } from './account-number.rules.js';
import type { HolderAnswer } from './holder-check.port.js';
import { CHANGE_DUE } from './payee-change-due.handler.js';
import { PayeeLetters } from './payee-letters.service.js';
import { PayeeLifecycle } from './payee-lifecycle.service.js';
import { PayeeRecords } from './payee-records.service.js';
import { CHANGE_WAITS_MS } from './payee.machine.js';
import { PayeesRepository, type NewAccountRow } from './payees.repository.js';

export interface Entered {
  readonly merchant: MerchantView;
  readonly account: CheckedAccount;
  readonly answer: HolderAnswer;
}

/** Where the number of a row stands: it opens there and nowhere else. */
export const placeOf = (merchantId: string, rowId: string) => ({ table: 'payee_account', column: 'sealed', rowId, merchantId });

/** Writes an account down: sealed, told to those who must know, and due when it may be used. */
@Injectable()
export class PayeeEntry {
  constructor(
    private readonly payees: PayeesRepository,
    private readonly lifecycle: PayeeLifecycle,
    private readonly letters: PayeeLetters,
    private readonly vault: Vault,
    private readonly records: PayeeRecords,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** The id of the new row; the caller holds the lock of the merchant. */
  async enter(tx: Tx, ctx: Context, { merchant, account, answer }: Entered): Promise<string> {
    const rows = await this.payees.ofMerchant(tx, merchant.id);
    const before = rows.find(({ state }) => state === 'usable' || state === 'replaced');
    const now = this.clock.now();
    const id = await this.payees.newId(tx);
    const token = newToken();
    const owners = await this.letters.owners(tx, merchant.id);
    const row: NewAccountRow = {
      id, merchantId: merchant.id, account, lastFour: lastFour(account.account), answer,
      envelope: await this.vault.seal(account.account, placeOf(merchant.id, id)),
      index: await this.vault.indexOf(identityOf(account)),
      contact: owners.find(({ userId }) => userId === userIdOf(ctx.actor))?.to,
      usableFrom: (before === undefined ? now : now + CHANGE_WAITS_MS) as Instant,
      freezeTokenHash: tokenHash(token), by: userIdOf(ctx.actor), at: now,
    };
    await this.payees.insert(tx, row);
    await this.records.entered(tx, ctx, row);
    await this.letters.entered(tx, { merchant, row, token, before });
    await this.lifecycle.takeEffectIfDue(tx, ctx, merchant.id, id);
    if (before !== undefined) await this.jobs.enqueue(tx, CHANGE_DUE, { merchantId: merchant.id, accountId: id }, { startAt: row.usableFrom });
    return id;
  }
}
