import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { HOUR, type Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimLifecycle, Entitlements, type ClaimRow } from '../../claims/index.js';
import { RegisterQueries } from '../../outages/index.js';
import { TaskBook } from '../../tasks/index.js';
import { InformationRequestsRepository } from './information-requests.repository.js';
import { RequestLetters, type Wording } from './request-letters.service.js';
import type { RequestRow } from '../views/request-row.js';

/** A notice that is still on its way is asked about again soon, one that came back every day. */
const SOON_MS = HOUR;
const NEXT_DAY_MS = 24 * HOUR;

/** What becomes of a claim whose request was not answered in time. */
@Injectable()
export class UnansweredRequests {
  constructor(
    private readonly lifecycle: ClaimLifecycle,
    private readonly requests: InformationRequestsRepository,
    private readonly letters: RequestLetters,
    private readonly entitlements: Entitlements,
    private readonly tasks: TaskBook,
    private readonly register: RegisterQueries,
    private readonly clock: Clock,
  ) {}

  ownDowntime(tx: Tx, since: Instant): ReturnType<RegisterQueries['ownDowntime']> {
    return this.register.ownDowntime(tx, since);
  }

  /** Nothing moves over a notice that nobody got: somebody reaches the business another way. */
  async settle(tx: Tx, ctx: Context, { claim, request, wording }: { claim: ClaimRow; request: RequestRow; wording: Wording }): Promise<Result<unknown>> {
    const fate = await this.letters.fateOf(tx, request.noticeIds);
    if (fate !== 'delivered') {
      const [letterId] = request.noticeIds;
      // The task of the letter itself, where that has one already; one about the request where there was nobody to write to.
      const cause = letterId === undefined ? { type: 'information_request', id: request.id } : { type: 'letter', id: letterId };
      if (fate === 'returned') await this.tasks.open(tx, ctx, { kind: 'letter_returned', subject: { type: 'claim', id: claim.id }, cause, reasons: [] });
      const nextAt = (this.clock.now() + (fate === 'returned' ? NEXT_DAY_MS : SOON_MS)) as Instant;
      return ok(await this.requests.lookAgain(tx, request.id, { nextAt, reminderCount: request.reminderCount }));
    }
    // What was granted before is not lost by silence.
    const granted = await this.entitlements.latest(tx, claim.id);
    const expires = wording.document.process.noAnswer === 'expire' && granted === undefined;
    await this.requests.settle(tx, claim.id, { state: 'unanswered', at: this.clock.now() });
    const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'no_answer', to: expires ? 'expired' : 'in_review', data: { n: request.n } });
    if (moved.ok && expires) await this.letters.expired(tx, moved.value, wording);
    return moved;
  }
}
