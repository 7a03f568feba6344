import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ClaimLifecycle } from '../../claims/index.js';
import { Duties } from '../../identity/index.js';
import { Sampling } from './sampling.service.js';
import { SecondLookRecords, type LookSaid } from './second-look-records.service.js';
import { SecondLookViews, type SecondLookView } from './second-look-views.service.js';
import { SecondLooksRepository } from './second-looks.repository.js';

/** Somebody who had no part in a sampled claim looks at its decision and says whether they would have decided the same. It moves nothing. */
@Injectable()
export class SecondLooks {
  constructor(
    private readonly work: UnitOfWork, private readonly lifecycle: ClaimLifecycle, private readonly sampling: Sampling, private readonly looks: SecondLooksRepository,
    private readonly duties: Duties, private readonly views: SecondLookViews, private readonly records: SecondLookRecords,
  ) {}

  /** Codes: `claims.not_found`, `http.stale`, `sampling.not_drawn`, `sampling.undecided`, `sampling.looked_at`, `identity.duty_conflict`, `access.permission`. */
  look(ctx: Context, claimId: string, version: number, said: LookSaid): Promise<Result<SecondLookView>> {
    return this.work.run(ctx, async (tx): Promise<Result<SecondLookView>> => {
      const claim = await this.lifecycle.locked(tx, claimId, version);
      if (!claim.ok) return claim;
      if (!(await this.sampling.drawn(tx, [claim.value])).has(claim.value.id)) return refuse('sampling.not_drawn');
      const decision = await this.looks.decision(tx, claimId);
      if (decision === undefined) return refuse('sampling.undecided');
      if (decision.isLookedAt) return refuse('sampling.looked_at');
      const free = await this.duties.take(tx, claimId, userIdOf(ctx.actor), 'second_reader', 'sampling.look');
      if (!free.ok) return free;
      await this.records.keep(tx, ctx, claim.value, decision.determinationId, said);
      return ok(await this.views.view(tx, ctx, claim.value));
    });
  }
}
