import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { AuditTrail } from '../audit/index.js';
import type { Address } from './address.rules.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { UsersRepository } from './users.repository.js';

/** Gives an account back to its person, when every way into it may be in other hands. */
@Injectable()
export class AccountRecovery {
  constructor(private readonly users: UsersRepository, private readonly keys: PasskeysRepository, private readonly audit: AuditTrail, private readonly clock: Clock) {}

  /**
   * The new address takes the place of all ways in: addresses, password, passkeys and sessions of before are worth nothing from now on.
   * In the transaction of a caller who has asked who may. Codes: `identity.user_not_found`, `identity.person_is_staff`, `identity.email_taken`.
   */
  async moveTo(tx: Tx, ctx: Context, userId: string, address: Address): Promise<Result<void>> {
    const known = await this.users.lock(tx, userId) ? await this.users.credentialsOf(tx, userId) : undefined;
    if (known?.active !== true) return refuse('identity.user_not_found');
    if (known.isStaff) return refuse('identity.person_is_staff');
    const other = await this.users.credentialsAt(tx, address);
    if (other !== undefined && other.id !== userId) return refuse('identity.email_taken');
    await this.users.moveTo(tx, userId, address);
    await this.keys.removeAll(tx, userId);
    const ended = await this.users.revokeOthers(tx, userId, null, this.clock.now());
    await this.audit.record(tx, ctx, { aggregate: { type: 'user', id: userId }, action: 'user.recovered', data: { channel: address.channel, sessionsEnded: ended } });
    return ok(undefined);
  }
}
