import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { HOUR, type Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { ClaimLifecycle, ClaimNotices, remindedAt, type ClaimRow } from '../../claims/index.js';
import { OfferEnds } from './offer-ends.service.js';

export const LAPSES = 'review.lapse-offers';
const AT_ONCE = 10;
/** Where nothing says when: a letter on its way, an open objection, a hold. */
const LATER_MS = HOUR;

/**
 * Offers that nobody answered: a reminder three days before, then the offer lapses and what was reserved goes back. Silence never accepts.
 * Never before the letter is known to have arrived, nor while an objection is open or a hold stops it: their clock stands still.
 */
@Injectable()
export class OfferLapses implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly clock: Clock, private readonly notices: ClaimNotices, private readonly lifecycle: ClaimLifecycle,
    private readonly steps: OfferEnds,
  ) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: LAPSES, step: (ctx, tx) => this.#step(ctx, tx) });
  }

  async #step(ctx: Context, tx: Tx): Promise<Result<{ done: boolean }>> {
    const due = await this.notices.due(tx, AT_ONCE);
    for (const { id, claimId } of due) {
      const claim = await this.lifecycle.locked(tx, claimId);
      if (!claim.ok) return claim;
      await this.notices.lookAgain(tx, id, await this.#look(ctx, tx, id, claim.value));
    }
    return ok({ done: due.length < AT_ONCE });
  }

  /** When to look again; undefined: never. */
  async #look(ctx: Context, tx: Tx, noticeId: string, claim: ClaimRow): Promise<Instant | undefined> {
    const { offer } = await this.notices.clocksOf(tx, claim.id);
    if (claim.state !== 'offered' || offer?.noticeId !== noticeId) return undefined;
    const now = this.clock.now();
    const later = (now + LATER_MS) as Instant;
    if (!offer.isTold) return (await this.steps.tell(tx, claim, offer.n)) ? undefined : later;
    if (offer.until === undefined || !(await this.steps.runs(tx, claim))) return later;
    const { at } = offer.until;
    if (now >= at) return (await this.steps.lapse(tx, ctx, claim, offer.n)) ? undefined : later;
    if (offer.reminded) return at;
    const reminder = remindedAt(at, offer.zone);
    if (now < reminder) return reminder;
    await this.steps.remind(tx, claim, { noticeId, until: at });
    return at;
  }
}
