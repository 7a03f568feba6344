import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { requireProof } from '../identity/index.js';
import type { Recipient } from '../mail/index.js';
import { contactsOf } from './payee-letters.service.js';
import { reasonFault } from './payee-reasons.rules.js';
import { PayeeHoldsRepository, type PlacedBy } from './payee-holds.repository.js';
import { payeeHeld, payeeReleased } from './payees.events.js';
import { PayeeLifecycle } from './payee-lifecycle.service.js';
import { PayeesRepository } from './payees.repository.js';

/** The stop on everything paid to a merchant. */
@Injectable()
export class PayeeHolds {
  constructor(
    private readonly work: UnitOfWork,
    private readonly holds: PayeeHoldsRepository,
    private readonly payees: PayeesRepository,
    private readonly lifecycle: PayeeLifecycle,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** Who speaks for the merchant has changed: an account that waits was entered by who spoke for it before, and is taken back. */
  async takeBackWaiting(tx: Tx, ctx: Context, merchantId: string): Promise<Result<void>> {
    await this.payees.lockMerchant(tx, merchantId);
    const waiting = (await this.payees.ofMerchant(tx, merchantId)).find(({ state }) => state === 'waiting');
    return waiting === undefined ? ok(undefined) : this.lifecycle.apply(tx, ctx, waiting, 'cancel');
  }

  /** Nothing stands in the way any more: an account whose hour came meanwhile comes into use. */
  async resume(tx: Tx, ctx: Context, merchantId: string): Promise<void> {
    await this.payees.lockMerchant(tx, merchantId);
    const waiting = (await this.payees.ofMerchant(tx, merchantId)).find(({ state }) => state === 'waiting');
    if (waiting !== undefined) await this.lifecycle.takeEffectIfDue(tx, ctx, merchantId, waiting.id);
  }

  /** Addresses that accounts of a merchant were entered from, which may be known to nobody else any more. */
  async contacts(reader: Reader, merchantId: string): Promise<Recipient[]> {
    return (await this.payees.ofMerchant(reader, merchantId)).flatMap(contactsOf);
  }

  async isHeld(reader: Reader, merchantId: string): Promise<boolean> {
    return await this.holds.open(reader, merchantId) !== undefined;
  }

  /** False when it stood already; the caller holds the lock of the merchant. */
  async place(tx: Tx, ctx: Context, { id: accountId, merchantId }: { id: string; merchantId: string }, by?: PlacedBy): Promise<boolean> {
    if (!await this.holds.place(tx, { merchantId, accountId, at: this.clock.now() }, by)) return false;
    await this.audit.record(tx, ctx, {
      aggregate: { type: 'payee', id: accountId }, action: 'payee.held', data: { merchantId, ...(by === undefined ? {} : { reasonDigest: by.reasonDigest }) },
    });
    await this.events.append(tx, ctx, payeeHeld(accountId, merchantId));
    return true;
  }

  /** Nothing is paid until an approver has looked. By a person of finance who saw something. Codes: `payees.reason_missing`, `payees.nothing_entered`, `payees.held_already`. */
  hold(ctx: Context, merchantId: string, reason: string): Promise<Result<{ merchantId: string; held: true }>> {
    return this.work.run(ctx, async (tx): Promise<Result<{ merchantId: string; held: true }>> => {
      if (!mayFor(ctx.actor, 'payee.hold', merchantId)) return refuse('payees.not_found');
      const fault = reasonFault(reason);
      if (!fault.ok) return fault;
      await this.payees.lockMerchant(tx, merchantId);
      const [newest] = await this.payees.ofMerchant(tx, merchantId);
      if (newest === undefined) return refuse('payees.nothing_entered');
      const reasonDigest = await this.audit.keepText(tx, reason);
      return await this.place(tx, ctx, newest, { userId: userIdOf(ctx.actor), reasonDigest }) ? ok({ merchantId, held: true }) : refuse('payees.held_already');
    });
  }

  /** Payments go on. By a person of finance who has looked, and says what they found. Codes: `payees.not_held`, `payees.reason_missing`, `identity.proof_needed`. */
  release(ctx: Context, merchantId: string, reason: string): Promise<Result<{ merchantId: string; released: true }>> {
    return this.work.run(ctx, async (tx): Promise<Result<{ merchantId: string; released: true }>> => {
      if (!mayFor(ctx.actor, 'payee.release_hold', merchantId)) return refuse('payees.not_found');
      await this.payees.lockMerchant(tx, merchantId);
      const hold = await this.holds.open(tx, merchantId);
      if (hold === undefined) return refuse('payees.not_held');
      const fault = reasonFault(reason);
      if (!fault.ok) return fault;
      const proved = requireProof(ctx.actor, this.clock.now());
      if (!proved.ok) return proved;
      const reasonDigest = await this.audit.keepText(tx, reason);
      await this.holds.release(tx, hold, { userId: userIdOf(ctx.actor), reasonDigest, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'payee', id: hold.accountId }, action: 'payee.released', data: { merchantId, reasonDigest } });
      await this.events.append(tx, ctx, payeeReleased(hold.accountId, merchantId));
      return ok({ merchantId, released: true });
    });
  }
}
