import { Injectable } from '@nestjs/common';
import type { Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { ClaimAsked, ClaimView } from '../../claims/index.js';
import { ReductionDecisions, type ReductionVerdict } from './reduction-decisions.service.js';
import { Reductions, type ReductionProposal } from './reductions.service.js';
import type { ReductionView } from '../views/reduction-view.js';

/** Lowering what was granted, each of its two steps in a transaction of its own. */
@Injectable()
export class ReductionDesk {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly reductions: Reductions, private readonly decisions: ReductionDecisions,
  ) {}

  propose(ctx: Context, claimId: string, version: number, proposal: ReductionProposal): Promise<Result<ReductionView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ReductionView>> => {
      const found = await this.reductions.reducible(tx, ctx, claimId, version);
      return found.ok ? this.reductions.propose(tx, ctx, found.value, proposal) : found;
    });
  }

  decide(ctx: Context, claimId: string, n: number, version: number, verdict: ReductionVerdict): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const found = await this.reductions.reducible(tx, ctx, claimId, version);
      return found.ok ? this.decisions.decide(tx, ctx, found.value, { n, at: this.clock.now(), ...verdict }) : found;
    });
  }

  list(ctx: Context, claim: ClaimAsked): Promise<Result<{ items: ReductionView[] }>> {
    return this.reductions.list(this.database.reader, ctx, claim);
  }
}
