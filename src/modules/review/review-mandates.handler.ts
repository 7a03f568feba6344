import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import type { MandateMoved } from '../agents/index.js';
import { ClaimDrafting, ClaimLifecycle, ClaimQueries, type ClaimState } from '../claims/index.js';
import { ClaimWithdrawal } from './claim-withdrawal.service.js';
import { StraightThrough } from './straight-through.service.js';

export const GO_ON = 'review.mandate-confirmed-claim';
export const TAKE_BACK = 'review.mandate-refused-claim';
const WAITING: readonly ClaimState[] = ['submitted'];
const OPEN: readonly ClaimState[] = ['draft', 'submitted', 'in_review', 'info_requested', 'recommended'];
const MOST_CLAIMS = 10_000;

/** Hears what businesses answer about their agents: claims that waited go on, claims that nobody ever confirmed are taken back. */
@Injectable()
export class ReviewMandatesHandler implements OnModuleInit {
  constructor(
    private readonly events: EventLog, private readonly jobs: Jobs, private readonly claims: ClaimQueries, private readonly lifecycle: ClaimLifecycle,
    private readonly drafting: ClaimDrafting, private readonly straightThrough: StraightThrough, private readonly withdrawal: ClaimWithdrawal,
  ) {}

  onModuleInit(): void {
    this.events.subscribe<MandateMoved>({
      topic: 'mandate.confirmed', subscriber: 'review.mandate-confirmed', inline: true, handle: (_ctx, { payload }, tx) => this.#each(tx, payload.mandateId, WAITING, GO_ON),
    });
    this.events.subscribe<MandateMoved>({
      topic: 'mandate.revoked', subscriber: 'review.mandate-revoked', inline: true,
      // What was confirmed once is the business's own claim by now, and stays.
      handle: async (_ctx, { payload }, tx) => (payload.from === 'asserted' ? this.#each(tx, payload.mandateId, OPEN, TAKE_BACK) : undefined),
    });
    this.jobs.define<{ claimId: string }>({ queue: GO_ON, handle: (ctx, { claimId }, tx) => this.straightThrough.onConfirmed(tx, ctx, claimId) });
    this.jobs.define<{ claimId: string }>({ queue: TAKE_BACK, handle: (ctx, { claimId }, tx) => this.#takeBack(tx, ctx, claimId) });
  }

  /** A job a claim, so that one that cannot go on holds up no other. */
  async #each(tx: Tx, mandateId: string, states: readonly ClaimState[], queue: string): Promise<void> {
    const claims = await this.claims.ofMandate(tx, { mandateId, states, limit: MOST_CLAIMS });
    for (const { id } of claims) await this.jobs.enqueue(tx, queue, { claimId: id }, { inline: true });
  }

  async #takeBack(tx: Tx, ctx: Context, claimId: string): Promise<Result<unknown>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok || !OPEN.includes(claim.value.state)) return ok('nothing to take back');
    if (claim.value.state === 'draft') return ok(await this.drafting.throwAway(tx, ctx, claimId));
    return this.withdrawal.withdrawIn(tx, ctx, claim.value, { why: 'mandate_not_confirmed' });
  }
}
