import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { LetterPreferences } from '../mail/index.js';
import { UsersRepository } from './users.repository.js';

export interface LetterChoice {
  /** Whether reminders, digests and confirmations are sent. Letters that a right or a deadline hangs on always are. */
  readonly courtesy: boolean;
}

/** Which letters somebody wants. What they chose stands with their addresses, so that it holds whoever writes to them. */
@Injectable()
export class LetterChoices {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly users: UsersRepository, private readonly preferences: LetterPreferences,
    private readonly audit: AuditTrail,
  ) {}

  async mine(ctx: Context): Promise<LetterChoice> {
    const { reader } = this.database;
    return { courtesy: await this.preferences.wantsCourtesy(reader, await this.#addresses(reader, userIdOf(ctx.actor))) };
  }

  choose(ctx: Context, { courtesy }: LetterChoice): Promise<Result<LetterChoice>> {
    const id = userIdOf(ctx.actor);
    return this.work.run(ctx, async (tx) => {
      await this.preferences.setCourtesy(tx, await this.#addresses(tx, id), courtesy);
      await this.audit.record(tx, ctx, { aggregate: { type: 'user', id }, action: 'user.letters_chosen', data: { courtesy } });
      return ok({ courtesy });
    });
  }

  async #addresses(reader: Reader | Tx, id: string): Promise<string[]> {
    const user = await this.users.find(reader, id);
    return [user?.email, user?.phone].filter((address) => address !== undefined && address !== null);
  }
}
