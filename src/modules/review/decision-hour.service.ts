import { Inject, Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { ClaimQueries } from '../claims/index.js';

export const DECIDE_BY_RULE = 'review.decide-by-rule';

/** When a rule may decide an assessed claim; until then staff may pull it. */
@Injectable()
export class DecisionHour {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly claims: ClaimQueries,
  ) {}

  /** Whether an hour was set that has not come. */
  isAhead(at: Instant | null): boolean {
    return at !== null && at > this.clock.now();
  }

  /** Sets the hour of claims and the timer that keeps it. False when there is nothing to wait for. */
  async set(tx: Tx, assessed: readonly { readonly claimId: string; readonly assessmentId: string }[]): Promise<boolean> {
    if (this.config.autoDecisionDelaySeconds === 0) return false;
    const at = (this.clock.now() + this.config.autoDecisionDelaySeconds * 1_000) as Instant;
    await this.claims.setAutoDecision(tx, assessed.map(({ claimId }) => claimId), at);
    await this.jobs.enqueueAll(tx, DECIDE_BY_RULE, assessed.map(({ claimId, assessmentId }) => ({ claimId, assessmentId, at: formatInstant(at) })), { startAt: at });
    return true;
  }
}
