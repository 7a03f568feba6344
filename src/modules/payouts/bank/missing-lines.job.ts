import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { dateAt } from '../../../core/time/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { PayingAccounts } from '../../funds/index.js';
import { BankMessagesRepository } from './bank-messages.repository.js';
import { BreaksRepository } from './breaks.repository.js';
import { dueBefore } from './working-days.rules.js';

export const MISSING_LINES = 'payouts.missing_lines';
const LINES_A_STEP = 1_000;

/** Payments that were to be made some working days ago and that no bank has booked: somebody asks. Answers close such a break by themselves. */
@Injectable()
export class MissingLines implements OnModuleInit {
  constructor(private readonly jobs: Jobs, private readonly accounts: PayingAccounts, private readonly messages: BankMessagesRepository, private readonly breaks: BreaksRepository, private readonly clock: Clock) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: MISSING_LINES, step: (_ctx, tx) => this.#step(tx) });
  }

  async #step(tx: Tx): Promise<Result<{ done: boolean }>> {
    const at = this.clock.now();
    for (const { id, zone, missingAfterDays } of await this.accounts.list(tx)) {
      if (!await this.messages.tryLockAccount(tx, id)) continue;
      const opened = await this.breaks.openMissing(tx, { payingAccountId: id, dueBy: dueBefore(dateAt(at, zone), missingAfterDays), at, limit: LINES_A_STEP });
      if (opened === LINES_A_STEP) return ok({ done: false });
    }
    return ok({ done: true });
  }
}
