import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../access/context.js';
import { refusalOf } from './constraint-refusals.js';
import { Database, type Session } from './database.js';
import { CommitUnknownError, isAway, isRetryable, violatedConstraint } from './database-error.js';
import type { Tx } from './tx.js';

const MOST_ATTEMPTS = 3;

/** Rolls back on the way out; the result it carries is the answer. */
class RolledBack extends Error {
  constructor(readonly result: Result<never>) {
    super('rolled back');
  }
}

/** Only to notice a `run` inside a `run`: the transaction itself travels as an argument. */
const inside = new AsyncLocalStorage<true>();

/**
 * One use case, one transaction (READ COMMITTED). Commits on `ok`, rolls back on a refusal.
 *
 * Serialization failures, deadlocks and lock time-outs run the whole function again, three times at most. A violated constraint
 * becomes the refusal it is mapped to. With an Idempotency-Key the key is taken first and the answer (the `ok` value) stored
 * last, in the same transaction.
 */
@Injectable()
export class UnitOfWork {
  constructor(private readonly database: Database) {}

  async run<T, Code extends string>(ctx: Context, work: (tx: Tx) => Promise<Result<T, Code>>): Promise<Result<T>> {
    if (inside.getStore() === true) throw new Error('a unit of work inside a unit of work: pass tx down instead');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inside.run(true, () => this.#attempt(ctx, work));
      } catch (error) {
        if (!isRetryable(error) || attempt === MOST_ATTEMPTS) return this.#refusal(error);
        await pause(attempt * 20 * (0.5 + Math.random()));
      }
    }
  }

  async #attempt<T, Code extends string>(ctx: Context, work: (tx: Tx) => Promise<Result<T, Code>>): Promise<Result<T>> {
    let done: Session | undefined;
    const result = await this.database.withSession(async (session, spoil) => {
      await session.query('BEGIN');
      let value: Result<T>;
      try {
        value = await this.#work(ctx, work, session);
      } catch (error) {
        // Who does not answer is not asked again: the connection is destroyed, and with it the transaction.
        if (!isAway(error)) await session.query('ROLLBACK').catch((failure: unknown) => spoil(failure as Error));
        if (error instanceof RolledBack) return error.result;
        throw error;
      }
      try {
        await session.query('COMMIT');
      } catch (error) {
        // A deferred constraint refuses at COMMIT, and says so; anything else leaves the outcome unknown.
        if (violatedConstraint(error) !== undefined || isRetryable(error)) throw error;
        spoil(error as Error);
        throw isAway(error) ? new CommitUnknownError() : error;
      }
      done = session;
      return value;
    });
    // Outside the store: an inline job opens a unit of work of its own.
    if (done !== undefined) await inside.exit(() => (done as Session).runAfterCommit());
    return result;
  }

  async #work<T, Code extends string>(ctx: Context, work: (tx: Tx) => Promise<Result<T, Code>>, session: Session): Promise<Result<T>> {
    const taken = await ctx.pendingAnswer?.claim(session);
    if (taken === 'in_flight') throw new RolledBack(refuse('idempotency.in_flight'));
    if (taken === 'answered') throw new RolledBack(refuse('idempotency.answered_meanwhile'));
    const result = await work(session);
    if (!result.ok) throw new RolledBack(result);
    await ctx.pendingAnswer?.store(session, result.value);
    return result;
  }

  #refusal(error: unknown): Result<never> {
    const constraint = violatedConstraint(error);
    const mapped = constraint === undefined ? undefined : refusalOf(constraint);
    if (mapped !== undefined) return { ok: false, refusal: mapped };
    if (error instanceof CommitUnknownError) return refuse('platform.commit_unknown');
    if (isAway(error)) return refuse('platform.database_away');
    if (isRetryable(error)) return refuse('platform.busy');
    throw error;
  }
}
