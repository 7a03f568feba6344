import { Injectable } from '@nestjs/common';
import { decide } from '../../core/machine/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { MerchantHolds } from '../merchants/index.js';
import type { PayeeAccountEntity } from './payee-account.entity.js';
import { PayeeHoldsRepository } from './payee-holds.repository.js';
import { PAYEE_GUARDS, PAYEE_MACHINE, type PayeeEvent, type PayeeState } from './payee.machine.js';
import { payeeMoved } from './payees.events.js';
import { PayeesRepository } from './payees.repository.js';

/** The only caller of the machine of accounts; the caller holds the lock of the merchant. */
@Injectable()
export class PayeeLifecycle {
  constructor(
    private readonly payees: PayeesRepository,
    private readonly holds: PayeeHoldsRepository,
    private readonly standing: MerchantHolds,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** Takes the lock, and the account at the version the actor has seen. Codes: `payees.not_found`, `http.stale`. */
  async locked(tx: Tx, merchantId: string, id: string, version?: number): Promise<Result<PayeeAccountEntity>> {
    await this.payees.lockMerchant(tx, merchantId);
    const found = await this.payees.find(tx, merchantId, id);
    if (found === null) return refuse('payees.not_found');
    return version === undefined || found.version === version ? ok(found) : refuse('http.stale', { seen: version, current: found.version });
  }

  async decide(tx: Tx, account: PayeeAccountEntity, event: PayeeEvent): Promise<Result<PayeeState>> {
    return decide(PAYEE_MACHINE, { state: account.state, event }, PAYEE_GUARDS, {
      holderConfirmed: account.checkOutcome === 'match',
      waitOver: this.clock.now() >= account.usableFrom.getTime(),
      held: await this.holds.open(tx, account.merchantId) !== undefined || !(await this.standing.clearForPayees(tx, account.merchantId)).ok,
    });
  }

  async apply(tx: Tx, ctx: Context, account: PayeeAccountEntity, event: PayeeEvent): Promise<Result<void>> {
    const decided = await this.decide(tx, account, event);
    if (!decided.ok) return decided;
    if (!await this.payees.moveTo(tx, account, decided.value)) return refuse('http.stale', { seen: account.version, current: account.version + 1 });
    await this.record(tx, ctx, account, event, decided.value);
    return ok(undefined);
  }

  async record(tx: Tx, ctx: Context, { id, merchantId, state }: Pick<PayeeAccountEntity, 'id' | 'merchantId' | 'state'>, event: PayeeEvent, to: PayeeState): Promise<void> {
    await this.audit.record(tx, ctx, { aggregate: { type: 'payee', id }, action: `payee.${event}`, data: { from: state, to } });
    await this.events.append(tx, ctx, payeeMoved({ accountId: id, merchantId, state: to }));
  }

  /** Comes into use if nothing stands against it, and the one before gives way; otherwise goes on waiting, which is no fault. */
  async takeEffectIfDue(tx: Tx, ctx: Context, merchantId: string, id: string): Promise<void> {
    const account = await this.payees.find(tx, merchantId, id);
    if (account === null || !(await this.decide(tx, account, 'take_effect')).ok) return;
    const before = (await this.payees.ofMerchant(tx, merchantId)).find(({ state }) => state === 'usable');
    if (before !== undefined) await this.apply(tx, ctx, before, 'give_way');
    await this.apply(tx, ctx, account, 'take_effect');
  }
}
