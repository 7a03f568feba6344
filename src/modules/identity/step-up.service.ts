import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { MINUTE, type Instant } from '../../core/time/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Passwords } from './passwords.service.js';
import { SessionOpening, type SessionView } from './session-opening.service.js';
import { UsersRepository } from './users.repository.js';

const ATTEMPTS = { most: 10, windowMs: 15 * MINUTE };

/** Showing by the password, in the middle of a session, that it is still the same person; by a code, `SignInCodes.proveAgain` does the same, by a passkey `PasskeyProofs`. */
@Injectable()
export class StepUp {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly opening: SessionOpening,
    private readonly clock: Clock,
  ) {}

  /**
   * A new session in the place of the one with this token, proved just now: whoever had a copy of the old token has gained nothing.
   * Codes: `identity.proof_failed`, `rate.too_many`.
   */
  async prove(ctx: Context, token: string, password: string): Promise<Result<SessionView>> {
    const userId = userIdOf(ctx.actor);
    const now = this.clock.now();
    const windowStart = (now - (now % ATTEMPTS.windowMs)) as Instant;
    const attempts = await this.users.countAttempt(this.database.reader, `proof ${userId}`, windowStart);
    if (attempts > ATTEMPTS.most) return refuse('rate.too_many', { retryAfterSeconds: Math.ceil((windowStart + ATTEMPTS.windowMs - now) / 1000) });
    const known = await this.users.credentialsOf(this.database.reader, userId);
    if (!await this.passwords.matches(known?.active === true ? known.passwordHash : null, password) || known === undefined) {
      return refuse('identity.proof_failed', {}, { pointer: '/password' });
    }
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => {
      await this.users.revoke(tx, tokenHash(token), now);
      return ok(await this.opening.open(tx, known, 'password'));
    });
  }
}
