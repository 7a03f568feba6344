import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { readProfile } from '../../../core/payments/index.js';
import { dateAt } from '../../../core/time/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { PayingAccounts } from '../../funds/index.js';
import { BankMessagesRepository } from './bank-messages.repository.js';
import { MissingBookingsRepository } from './missing-bookings.repository.js';
import { dueBefore } from './working-days.rules.js';

export const MISSING_BOOKINGS = 'payouts.missing_bookings';
const LINES_A_STEP = 1_000;

/** What a bank was to book some working days ago and has not: payments, debits of what it sent back, returns that it announced. Somebody asks; answers close such a break by themselves. */
@Injectable()
export class MissingBookings implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly accounts: PayingAccounts, private readonly messages: BankMessagesRepository, private readonly missing: MissingBookingsRepository, private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: MISSING_BOOKINGS, step: (_ctx, tx) => this.#step(tx) });
  }

  async #step(tx: Tx): Promise<Result<{ done: boolean }>> {
    const at = this.clock.now();
    for (const { id, zone, missingAfterDays, profile } of await this.accounts.list(tx)) {
      if (!await this.messages.tryLockAccount(tx, id)) continue;
      const due = { payingAccountId: id, zone, dueBy: dueBefore(dateAt(at, zone), missingAfterDays, readProfile(profile).profile?.closed), at, limit: LINES_A_STEP };
      const opened = [await this.missing.openMissing(tx, due), await this.missing.openMissingDebits(tx, due), await this.missing.openMissingReturns(tx, due)];
      if (opened.includes(LINES_A_STEP)) return ok({ done: false });
    }
    return ok({ done: true });
  }
}
