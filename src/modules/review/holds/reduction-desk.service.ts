import { Injectable } from '@nestjs/common';
import type { Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { ClaimAsked, ClaimView } from '../../claims/index.js';
import { ReductionDecisions, type ReductionVerdict } from './reduction-decisions.service.js';
import { ReductionAnswers } from './reduction-answers.service.js';
import { ReductionHearings } from './reduction-hearings.service.js';
import { Reductions, type ReductionProposal } from './reductions.service.js';
import type { ReductionView } from '../views/reduction-view.js';

/** Lowering what was granted, each of its two steps in a transaction of its own. */
@Injectable()
export class ReductionDesk {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly reductions: Reductions, private readonly decisions: ReductionDecisions,
    private readonly hearings: ReductionHearings, private readonly answers: ReductionAnswers,
  ) {}

  propose(ctx: Context, claimId: string, version: number, proposal: ReductionProposal): Promise<Result<ReductionView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ReductionView>> => {
      const found = await this.reductions.reducible(tx, ctx, claimId, version);
      const n = found.ok ? await this.reductions.propose(tx, ctx, found.value, proposal) : found;
      return n.ok ? this.hearings.one(tx, claimId, n.value, true) : n;
    });
  }

  decide(ctx: Context, claimId: string, n: number, version: number, verdict: ReductionVerdict): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const found = await this.reductions.reducible(tx, ctx, claimId, version);
      if (!found.ok) return found;
      const row = await this.reductions.find(tx, claimId, n);
      return row.ok ? this.decisions.decide(tx, ctx, found.value, { row: row.value, at: this.clock.now(), heardUntil: await this.hearings.heardUntil(tx, row.value), ...verdict }) : row;
    });
  }

  /** What the business says to a proposal. */
  answer(ctx: Context, claimId: string, n: number, version: number, text: string): Promise<Result<ReductionView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ReductionView>> => {
      const answered = await this.answers.answer(tx, ctx, claimId, { n, version, text });
      return answered.ok ? this.hearings.one(tx, claimId, n, false) : answered;
    });
  }

  list(ctx: Context, claim: ClaimAsked): Promise<Result<{ items: ReductionView[] }>> {
    return this.hearings.list(this.database.reader, ctx, claim);
  }
}
