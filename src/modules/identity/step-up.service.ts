import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, MINUTE, type Instant } from '../../core/time/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Passwords } from './passwords.service.js';
import { PROOF_LASTS_MS } from './proof.rules.js';
import { UsersRepository } from './users.repository.js';

export interface ProofView {
  /** Until when what asks for a fresh proof is let in. */
  readonly until: string;
}

const ATTEMPTS = { most: 10, windowMs: 15 * MINUTE };

/** Showing again, in a session that goes on, that it is still the same person; by a code, `SignInCodes.proveAgain` does the same. */
@Injectable()
export class StepUp {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  /** By the password; counts from the next request on. Codes: `identity.proof_failed`, `rate.too_many`. */
  async prove(ctx: Context, password: string): Promise<Result<ProofView>> {
    const { actor } = ctx;
    if (actor.kind !== 'user' || actor.session === undefined) return refuse('access.unauthenticated');
    const { id } = actor.session;
    const now = this.clock.now();
    const windowStart = (now - (now % ATTEMPTS.windowMs)) as Instant;
    const attempts = await this.users.countAttempt(this.database.reader, `proof ${userIdOf(actor)}`, windowStart);
    if (attempts > ATTEMPTS.most) return refuse('rate.too_many', { retryAfterSeconds: Math.ceil((windowStart + ATTEMPTS.windowMs - now) / 1000) });
    if (!await this.passwords.matches(await this.users.passwordOf(this.database.reader, userIdOf(actor)), password)) {
      return refuse('identity.proof_failed', {}, { pointer: '/password' });
    }
    return this.work.run({ actor, requestId: ctx.requestId }, async (tx) =>
      (await this.users.prove(tx, id, now) ? ok({ until: formatInstant((now + PROOF_LASTS_MS) as Instant) }) : refuse('access.expired')));
  }
}
