import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { checkAccount, type TypedAccount } from './account-number.rules.js';
import { HolderAnswers } from './holder-answers.service.js';
import { PayeeEntry } from './payee-entry.service.js';
import { PayeeGate } from './payee-gate.service.js';
import { PayeeLifecycle } from './payee-lifecycle.service.js';
import { PayeesRepository } from './payees.repository.js';
import { payeeView, type PayeeAccountView } from './views/payee-view.js';

/** Where a merchant wants to be paid: its owner says so, and has just shown that it is them. */
@Injectable()
export class PayeeAccounts {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly payees: PayeesRepository,
    private readonly lifecycle: PayeeLifecycle,
    private readonly entry: PayeeEntry,
    private readonly gate: PayeeGate,
    private readonly answers: HolderAnswers,
  ) {}

  /** Codes: `payees.not_found`, `identity.proof_needed`, what is wrong with the number, `payees.held`, `payees.change_waiting`, `payees.same_account`, `payees.too_many`. */
  async add(ctx: Context, merchantId: string, typed: TypedAccount): Promise<Result<PayeeAccountView>> {
    const allowed = await this.gate.owner(ctx, merchantId);
    if (!allowed.ok) return allowed;
    const checked = checkAccount(typed);
    if (!checked.ok) return checked;
    const open = await this.gate.open(this.database.reader, merchantId, checked.value);
    if (!open.ok) return open;
    const answer = await this.answers.ask(checked.value);
    return this.work.run(ctx, async (tx): Promise<Result<PayeeAccountView>> => {
      await this.payees.lockMerchant(tx, merchantId);
      const still = await this.gate.open(tx, merchantId, checked.value);
      if (!still.ok) return still;
      const id = await this.entry.enter(tx, ctx, { merchant: allowed.value, account: checked.value, answer });
      const entered = await this.payees.find(tx, merchantId, id);
      return entered === null ? refuse('payees.not_found') : ok(payeeView(entered));
    });
  }

  /** Takes back an account that is not in use yet; whoever lost the nerve is not asked to prove anything. */
  cancel(ctx: Context, merchantId: string, id: string, version: number): Promise<Result<PayeeAccountView>> {
    return this.work.run(ctx, async (tx): Promise<Result<PayeeAccountView>> => {
      if (!mayFor(ctx.actor, 'payee.edit', merchantId)) return refuse('payees.not_found');
      const account = await this.lifecycle.locked(tx, merchantId, id, version);
      if (!account.ok) return account;
      const moved = await this.lifecycle.apply(tx, ctx, account.value, 'cancel');
      return moved.ok ? ok({ ...payeeView(account.value), state: 'cancelled', version: version + 1 }) : moved;
    });
  }
}
