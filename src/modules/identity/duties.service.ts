import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { conflictingDuty, type Duty } from './duties.rules.js';
import { UsersRepository } from './users.repository.js';

/** Who has been what to a thing. Asked before somebody acts; the database asks again. */
@Injectable()
export class Duties {
  constructor(private readonly users: UsersRepository, private readonly clock: Clock) {}

  /** Takes a duty on a thing, or says that another person has to. Code: `identity.duty_conflict`. */
  async take(tx: Tx, subjectId: string, userId: string, duty: Duty): Promise<Result<void>> {
    const held = (await this.users.dutiesOf(tx, subjectId, userId)) as Duty[];
    const conflict = conflictingDuty(held, duty);
    if (conflict !== undefined) return refuse('identity.duty_conflict', { held: conflict, wanted: duty });
    await this.users.holdDuty(tx, { subjectId, duty, userId, at: this.clock.now() });
    return ok(undefined);
  }

  /** What somebody has been to a thing: for what a page offers, never instead of `take`. */
  held(reader: Reader, subjectId: string, userId: string): Promise<Duty[]> {
    return this.users.dutiesOf(reader, subjectId, userId) as Promise<Duty[]>;
  }

  /** Notes a duty that excludes nothing yet, without asking first: on the path of every new claim. */
  note(tx: Tx, subjectId: string, userId: string, duty: Duty): Promise<void> {
    return this.users.holdDuty(tx, { subjectId, duty, userId, at: this.clock.now() });
  }
}
