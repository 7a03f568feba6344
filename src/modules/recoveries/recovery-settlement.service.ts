import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { AccountRecovery, Members } from '../identity/index.js';
import { MerchantInvitations } from '../merchants/index.js';
import type { RecoveryRow } from './recoveries.repository.js';
import { RecoveryHolding } from './recovery-holding.service.js';
import { RecoveryLetters } from './recovery-letters.service.js';
import { RecoveryLifecycle } from './recovery-lifecycle.service.js';
import { PAYEES_WAIT_MS } from './recovery.machine.js';

/** What follows when a request is settled, in the transaction of whoever settles it. */
@Injectable()
export class RecoverySettlement {
  constructor(
    private readonly lifecycle: RecoveryLifecycle, private readonly letters: RecoveryLetters, private readonly holding: RecoveryHolding, private readonly accounts: AccountRecovery,
    private readonly members: Members, private readonly invitations: MerchantInvitations, private readonly clock: Clock,
  ) {}

  hold(tx: Tx, ctx: Context, row: RecoveryRow): Promise<void> {
    return this.holding.place(tx, ctx, row);
  }

  /** Whose account it is; undefined when a new owner is invited. Code: `recoveries.person_missing`. */
  async personOf(tx: Tx, row: RecoveryRow, personId: string | undefined): Promise<Result<string | undefined>> {
    if (row.kind === 'changed_hands' || row.merchantId === null) return ok(undefined);
    const known = (await this.members.of(tx, row.merchantId)).some(({ userId }) => userId === personId);
    return known ? ok(personId) : refuse('recoveries.person_missing', {}, { pointer: '/personId' });
  }

  async grant(tx: Tx, ctx: Context, row: RecoveryRow): Promise<Result<RecoveryRow>> {
    const { merchantId, address } = row;
    if (merchantId === null || address === null) return refuse('recoveries.unmatched');
    const now = this.clock.now();
    const payeesFrom = (now + PAYEES_WAIT_MS) as Instant;
    // Before the account moves: afterwards nobody knows the old address any more.
    const contacts = await this.letters.contacts(tx, merchantId);
    const taken = await this.holding.takeBackPayees(tx, ctx, merchantId);
    if (!taken.ok) return taken;
    await this.holding.release(tx, ctx, row, payeesFrom);
    const given = await this.#give(tx, ctx, { ...row, merchantId, address });
    if (!given.ok) return given;
    const moved = await this.lifecycle.apply(tx, ctx, row, 'grant', { settledAt: now, settledBy: userIdOf(ctx.actor) });
    if (moved.ok) await this.letters.granted(tx, row, merchantId, { contacts, payeesFrom });
    return moved;
  }

  async #give(tx: Tx, ctx: Context, row: RecoveryRow & { merchantId: string; address: string }): Promise<Result<unknown>> {
    if (row.kind === 'changed_hands') return this.invitations.inviteIn(tx, ctx, row.merchantId, { email: row.address, role: 'owner', language: row.language });
    const person = await this.personOf(tx, row, row.personId ?? undefined);
    return person.ok && person.value !== undefined ? this.accounts.moveTo(tx, ctx, person.value, { channel: row.channel, address: row.address }) : person;
  }

  async refuse(tx: Tx, ctx: Context, row: RecoveryRow, { reason, reasonDigest }: { reason: string; reasonDigest: string }): Promise<Result<RecoveryRow>> {
    const moved = await this.lifecycle.apply(tx, ctx, row, 'refuse', { settledAt: this.clock.now(), settledBy: userIdOf(ctx.actor), reasonDigest }, { reasonDigest });
    if (!moved.ok) return moved;
    await this.holding.release(tx, ctx, row);
    await this.letters.refused(tx, row, reason);
    return moved;
  }
}
