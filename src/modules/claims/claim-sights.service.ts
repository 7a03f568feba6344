import { Injectable } from '@nestjs/common';
import { ok } from '../../core/errors/index.js';
import { isStaff, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ClaimSightsRepository, type ClaimSight } from './claim-sights.repository.js';

export type { ClaimSight };

/** Which of the staff opened a claim, and when. Kept for staff; what merchants look at is nobody's business. */
@Injectable()
export class ClaimSights {
  constructor(private readonly work: UnitOfWork, private readonly sights: ClaimSightsRepository, private readonly clock: Clock) {}

  async note(ctx: Context, claimId: string): Promise<void> {
    if (ctx.actor.kind !== 'user' || !isStaff(ctx.actor)) return;
    const userId = userIdOf(ctx.actor);
    await this.work.run(ctx, async (tx) => {
      await this.sights.add(tx, { claimId, userId, at: this.clock.now() });
      return ok(undefined);
    });
  }

  of(reader: Reader, claimId: string): Promise<ClaimSight[]> {
    return this.sights.of(reader, claimId);
  }
}
