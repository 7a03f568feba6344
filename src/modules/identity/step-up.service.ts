import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, MINUTE, type Instant } from '../../core/time/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Passwords } from './passwords.service.js';
import { UsersRepository } from './users.repository.js';

export interface ProofView {
  /** Until when what asks for a fresh proof is let in. */
  readonly until: string;
}

const FRESH_MS = 5 * MINUTE;
const ATTEMPTS = { most: 10, windowMs: 15 * MINUTE };

/**
 * A stolen session must not move money: what touches where money goes asks whether the person has shown within five minutes that it
 * is them. How they show it is settled here and in no caller; signing in counts.
 */
@Injectable()
export class StepUp {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  /** Read from the session itself, never from what a request remembers. Rules and jobs have nothing to prove. Code: `identity.proof_needed`. */
  async recent(reader: Reader, { actor }: Context): Promise<Result<void>> {
    if (actor.kind === 'system') return ok(undefined);
    const provedAt = actor.kind === 'user' && actor.sessionId !== undefined ? await this.users.provedAt(reader, actor.sessionId) : null;
    const fresh = provedAt !== null && this.clock.now() - provedAt <= FRESH_MS;
    return fresh ? ok(undefined) : refuse('identity.proof_needed', { withinMinutes: FRESH_MS / MINUTE });
  }

  /** By the password today. Codes: `identity.proof_failed`, `rate.too_many`. */
  async prove(ctx: Context, password: string): Promise<Result<ProofView>> {
    const { actor } = ctx;
    const sessionId = actor.kind === 'user' ? actor.sessionId : undefined;
    if (sessionId === undefined) return refuse('access.unauthenticated');
    const now = this.clock.now();
    const windowStart = (now - (now % ATTEMPTS.windowMs)) as Instant;
    const attempts = await this.users.countAttempt(this.database.reader, `proof ${userIdOf(actor)}`, windowStart);
    if (attempts > ATTEMPTS.most) return refuse('rate.too_many', { retryAfterSeconds: Math.ceil((windowStart + ATTEMPTS.windowMs - now) / 1000) });
    if (!await this.passwords.matches(await this.users.passwordOf(this.database.reader, userIdOf(actor)), password)) {
      return refuse('identity.proof_failed', {}, { pointer: '/password' });
    }
    return this.work.run({ actor, requestId: ctx.requestId }, async (tx) =>
      (await this.users.prove(tx, sessionId, now) ? ok({ until: formatInstant((now + FRESH_MS) as Instant) }) : refuse('access.expired')));
  }
}
