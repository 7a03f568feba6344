import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { MINUTE, type Instant } from '../../core/time/index.js';
import type { UserActor } from '../../platform/access/actor.js';
import type { Context } from '../../platform/access/context.js';
import type { SessionReader } from '../../platform/access/session-reader.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { Passwords } from './passwords.service.js';
import { SessionOpening, type SessionView } from './session-opening.service.js';
import { UsersRepository, type SessionLine } from './users.repository.js';

const ATTEMPTS = { most: 10, windowMs: 15 * MINUTE };

/** Signing in and out. Tokens are opaque: revoking one is a row, not a wait for an expiry. */
@Injectable()
export class Sessions implements SessionReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
    private readonly opening: SessionOpening,
    private readonly audit: AuditTrail,
  ) {}

  async signIn(ctx: Context, email: string, password: string): Promise<Result<SessionView>> {
    const now = this.clock.now();
    const windowStart = (now - (now % ATTEMPTS.windowMs)) as Instant;
    const attempts = await this.users.countAttempt(this.database.reader, email.trim().toLowerCase().slice(0, 200), windowStart);
    if (attempts > ATTEMPTS.most) return refuse('rate.too_many', { retryAfterSeconds: Math.ceil((windowStart + ATTEMPTS.windowMs - now) / 1000) });
    const found = await this.users.credentials(this.database.reader, email);
    const matches = await this.passwords.matches(found?.passwordHash, password);
    if (found === undefined || !matches || !found.active) return refuse('identity.sign_in_failed');
    // Outside the idempotency store on purpose: a stored answer would hold the token.
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => ok(await this.opening.open(tx, found, 'password')));
  }

  /** The living sessions of a person, the newest first. */
  list(userId: string): Promise<SessionLine[]> {
    return this.users.sessionsOf(this.database.reader, userId, this.clock.now());
  }

  /** Ends all sessions of a person but one; how many there were. Without `except`, all. */
  endOthers(ctx: Context, userId: string, except: string | undefined): Promise<Result<{ ended: number }>> {
    return this.work.run(ctx, async (tx) => {
      const ended = await this.users.revokeOthers(tx, userId, except ?? null, this.clock.now());
      if (ended > 0) await this.audit.record(tx, ctx, { aggregate: { type: 'user', id: userId }, action: 'user.sessions_ended', data: { ended } });
      return ok({ ended });
    });
  }

  signOut(ctx: Context, token: string): Promise<Result<null>> {
    return this.work.run(ctx, async (tx) => {
      await this.users.revoke(tx, tokenHash(token), this.clock.now());
      return ok(null);
    });
  }

  resolve(token: string): Promise<UserActor | undefined> {
    return this.users.actorOf(this.database.reader, tokenHash(token), this.clock.now());
  }
}
