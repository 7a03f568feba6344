import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, HOUR, MINUTE, type Instant } from '../../core/time/index.js';
import type { UserActor } from '../../platform/access/actor.js';
import type { Context } from '../../platform/access/context.js';
import type { SessionReader } from '../../platform/access/session-reader.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Passwords } from './passwords.service.js';
import { UsersRepository } from './users.repository.js';

export interface SessionView {
  /** Shown once; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: string;
}

const STAFF = { idleSeconds: 15 * 60, lastsMs: 8 * HOUR };
const MERCHANT = { idleSeconds: 30 * 60, lastsMs: 12 * HOUR };
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
  ) {}

  async signIn(ctx: Context, email: string, password: string): Promise<Result<SessionView>> {
    const now = this.clock.now();
    const windowStart = (now - (now % ATTEMPTS.windowMs)) as Instant;
    const attempts = await this.users.countAttempt(this.database.reader, email.trim().toLowerCase().slice(0, 200), windowStart);
    if (attempts > ATTEMPTS.most) return refuse('rate.too_many', { retryAfterSeconds: Math.ceil((windowStart + ATTEMPTS.windowMs - now) / 1000) });
    const found = await this.users.credentials(this.database.reader, email);
    const matches = await this.passwords.matches(found?.passwordHash, password);
    if (found === undefined || !matches || !found.active) return refuse('identity.sign_in_failed');
    const { idleSeconds, lastsMs } = found.isStaff ? STAFF : MERCHANT;
    const token = newToken();
    const expiresAt = (now + lastsMs) as Instant;
    // Outside the idempotency store on purpose: a stored answer would hold the token.
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => {
      await this.users.openSession(tx, { tokenHash: tokenHash(token), userId: found.id, at: now, expiresAt, idleSeconds });
      return ok({ token, expiresAt: formatInstant(expiresAt) });
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
