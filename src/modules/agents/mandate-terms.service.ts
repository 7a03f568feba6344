import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { HOUR, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { MerchantHolds } from '../merchants/index.js';
import { MandateLetters } from './mandate-letters.service.js';
import { MANDATE_DUE, MandateLifecycle } from './mandate-lifecycle.service.js';
import { mandateTerm } from './mandate-term.rules.js';

const HELD_AGAIN_MS = 24 * HOUR;

/** A mandate that nobody answers: the business is reminded once, then it lapses, and what was filed under it is taken back. */
@Injectable()
export class MandateTerms implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly clock: Clock, @Inject(APP_CONFIG) private readonly config: AppConfig, private readonly lifecycle: MandateLifecycle, private readonly letters: MandateLetters,
    private readonly holds: MerchantHolds,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ mandateId: string }>({ queue: MANDATE_DUE, handle: (ctx, { mandateId }, tx) => this.due(tx, ctx, mandateId) });
  }

  /** The reminder when it is time for it, the end when that has come; either way at the clock's word, not the job's. */
  async due(tx: Tx, ctx: Context, mandateId: string): Promise<Result<'answered' | 'reminded' | 'held' | 'lapsed'>> {
    const row = await this.lifecycle.locked(tx, mandateId);
    if (!row.ok || row.value.state !== 'asserted') return ok('answered');
    const now = this.clock.now();
    const { endsAt } = mandateTerm(row.value.assertedAt, this.config.mandateTermDays);
    if (now < endsAt) {
      await this.letters.remind(tx, ctx, row.value);
      await this.jobs.enqueue(tx, MANDATE_DUE, { mandateId }, { startAt: endsAt });
      return ok('reminded');
    }
    // Nobody can confirm while it is in doubt who speaks for the business, so no time runs out meanwhile.
    if (!(await this.holds.clear(tx, row.value.merchantId)).ok) {
      await this.jobs.enqueue(tx, MANDATE_DUE, { mandateId }, { startAt: (now + HELD_AGAIN_MS) as Instant });
      return ok('held');
    }
    const lapsed = await this.lifecycle.apply(tx, ctx, row.value, 'lapse', { revoked: { side: 'term', by: undefined } });
    if (!lapsed.ok) return lapsed;
    await this.letters.lapsed(tx, lapsed.value);
    return ok('lapsed');
  }
}
