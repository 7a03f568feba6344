import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { ClaimLifecycle, type ClaimRow } from '../../claims/index.js';
import { InformationRequestsRepository } from './information-requests.repository.js';
import { RequestLetters, type Wording } from './request-letters.service.js';
import { RequestSetting } from './request-setting.service.js';
import { answerBy, remindersOf } from './request-times.rules.js';
import { UnansweredRequests } from './unanswered-requests.service.js';
import type { RequestRow } from '../views/request-row.js';

export const REQUESTS_DUE = 'review.information-requests-due';

/** What the clock does to open requests: it reminds, and when the time has run out unanswered the policy says what becomes of the claim. */
@Injectable()
export class RequestsDue implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly lifecycle: ClaimLifecycle,
    private readonly requests: InformationRequestsRepository,
    private readonly setting: RequestSetting,
    private readonly letters: RequestLetters,
    private readonly outcomes: UnansweredRequests,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: REQUESTS_DUE, step: (ctx, tx) => this.step(ctx, tx) });
  }

  /** One request. A claim is held before its request, and what was found is asked again under the lock: of two instances one finds it done. */
  async step(ctx: Context, tx: Tx): Promise<Result<{ done: boolean }>> {
    const claimId = await this.requests.firstDue(tx, this.clock.now());
    if (claimId === undefined) return ok({ done: true });
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    const request = await this.requests.open(tx, claimId);
    if (request === undefined || request.nextAt > this.clock.now()) return ok({ done: false });
    if (claim.value.state !== 'info_requested') {
      await this.requests.settle(tx, claimId, { state: 'ended', at: this.clock.now() });
      return ok({ done: false });
    }
    const looked = await this.#look(tx, ctx, claim.value, request);
    return looked.ok ? ok({ done: false }) : looked;
  }

  async #look(tx: Tx, ctx: Context, claim: ClaimRow, request: RequestRow): Promise<Result<unknown>> {
    const now = this.clock.now();
    const setting = await this.setting.of(tx, claim);
    if (!setting.ok) return setting;
    const { document, zone } = setting.value;
    const by = answerBy(request, await this.outcomes.ownDowntime(tx, request.noticedAt)).at;
    const wording: Wording = { document, items: request.items, by };
    if (now >= by) return this.outcomes.settle(tx, ctx, { claim, request, wording });
    const times = remindersOf(request, by, zone);
    const reminderCount = times.filter((at) => at <= now).length;
    // After a standstill one reminder stands for all that were missed.
    if (reminderCount > request.reminderCount) await this.letters.reminded(tx, claim, wording);
    return ok(await this.requests.lookAgain(tx, request.id, { nextAt: times[reminderCount] ?? by, reminderCount: Math.max(reminderCount, request.reminderCount) }));
  }
}
