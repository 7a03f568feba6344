import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { MINUTE, type Instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { UsersRepository } from './users.repository.js';

const WINDOW_MS = 15 * MINUTE;

/** Counts guesses of secrets in a quarter of an hour, in the database, so that every process counts the same. */
@Injectable()
export class Attempts {
  constructor(private readonly database: Database, private readonly users: UsersRepository, private readonly clock: Clock) {}

  /** One more try of `subject`; refused once there were more than `most`. Codes: `rate.too_many`. */
  async admit(subject: string, most: number): Promise<Result<void>> {
    const now = this.clock.now();
    const windowStart = (now - (now % WINDOW_MS)) as Instant;
    const count = await this.users.countAttempt(this.database.reader, subject, windowStart);
    return count > most ? refuse('rate.too_many', { retryAfterSeconds: Math.ceil((windowStart + WINDOW_MS - now) / 1_000) }) : ok(undefined);
  }
}
