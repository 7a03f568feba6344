import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { Duties } from '../identity/index.js';
import type { PayeeAccountEntity } from './payee-account.entity.js';
import { PayeeLifecycle } from './payee-lifecycle.service.js';
import { reasonFault } from './payee-reasons.rules.js';
import { PayeesRepository } from './payees.repository.js';
import { payeeView, type PayeeAccountView } from './views/payee-view.js';

export interface Finding {
  readonly outcome: 'match' | 'none';
  /** What was looked at: a statement, a call. */
  readonly reason: string;
}

/** What a person of finance finds where no bank said whose an account is. */
@Injectable()
export class PayeeChecks {
  constructor(
    private readonly work: UnitOfWork,
    private readonly payees: PayeesRepository,
    private readonly lifecycle: PayeeLifecycle,
    private readonly duties: Duties,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Codes: `payees.not_found`, `http.stale`, `payees.reason_missing`, `payees.verifier_edited`, `identity.duty_conflict`, `machine.not_allowed`. */
  verify(ctx: Context, merchantId: string, id: string, version: number, finding: Finding): Promise<Result<PayeeAccountView>> {
    return this.work.run(ctx, async (tx): Promise<Result<PayeeAccountView>> => {
      if (!mayFor(ctx.actor, 'payee.verify', merchantId)) return refuse('payees.not_found');
      const account = await this.lifecycle.locked(tx, merchantId, id, version);
      if (!account.ok) return account;
      const fault = reasonFault(finding.reason);
      if (!fault.ok) return fault;
      const found = await this.#found(tx, ctx, account.value, finding);
      if (!found.ok) return found;
      await this.lifecycle.takeEffectIfDue(tx, ctx, merchantId, id);
      const now = await this.payees.find(tx, merchantId, id);
      return now === null ? refuse('payees.not_found') : ok(payeeView(now));
    });
  }

  async #found(tx: Tx, ctx: Context, account: PayeeAccountEntity, { outcome, reason }: Finding): Promise<Result<void>> {
    const by = userIdOf(ctx.actor);
    if (account.createdBy === by) return refuse('payees.verifier_edited');
    const event = outcome === 'match' ? 'confirm_holder' : 'deny_holder';
    const decided = await this.lifecycle.decide(tx, account, event);
    if (!decided.ok) return decided;
    // Who settles where money goes does not send it as well.
    const taken = await this.duties.take(tx, account.id, by, 'payee_editor', 'payee.verify');
    if (!taken.ok) return taken;
    const reasonDigest = await this.audit.keepText(tx, reason);
    await this.payees.check(tx, account, { outcome, by, at: this.clock.now(), state: decided.value });
    await this.audit.record(tx, ctx, { aggregate: { type: 'payee', id: account.id }, action: 'payee.checked', data: { outcome, reasonDigest } });
    await this.lifecycle.record(tx, ctx, account, event, decided.value);
    return ok(undefined);
  }
}
