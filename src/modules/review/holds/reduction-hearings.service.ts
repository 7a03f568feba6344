import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import { isStaff } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import type { Reader } from '../../../platform/database/tx.js';
import { answerBy, ClaimDeliveries, ClaimQueries, type ClaimAsked } from '../../claims/index.js';
import { RegisterQueries } from '../../outages/index.js';
import { reductionView, type ReductionView } from '../views/reduction-view.js';
import { HEARING_DAYS } from './holds.rules.js';
import { ReductionsRepository, type ReductionRow } from './reductions.repository.js';

/** How a business is heard before less is granted: until when it can answer, and what it said. */
@Injectable()
export class ReductionHearings {
  constructor(private readonly claims: ClaimQueries, private readonly reductions: ReductionsRepository, private readonly deliveries: ClaimDeliveries, private readonly register: RegisterQueries) {}

  /**
   * The midnight that ends the days of a hearing, counted from the arrival of its letter; undefined while no letter is known to have arrived.
   * Edge: where nobody could be written to, the days run from the proposal, and where the hearing is waived there are none.
   */
  async heardUntil(reader: Reader, row: Pick<ReductionRow, 'waived' | 'letterIds' | 'heardUntil' | 'zone'>): Promise<Instant | undefined> {
    const { waived, letterIds, zone } = row;
    if (waived || letterIds.length === 0) return row.heardUntil.getTime() as Instant;
    const arrived = [...(await this.deliveries.arrivedAt(reader, letterIds)).values()];
    if (arrived.length === 0) return undefined;
    const from = Math.min(...arrived) as Instant;
    return answerBy(from, { days: HEARING_DAYS, zone }, await this.register.ownDowntime(reader, from)).at;
  }

  /** Oldest first; who proposed, who decided and who answered is for staff. */
  async list(reader: Reader, ctx: Context, asked: ClaimAsked): Promise<Result<{ items: ReductionView[] }>> {
    const claim = await this.claims.visible(ctx, asked);
    return claim.ok ? ok({ items: await this.#views(reader, claim.value.id, isStaff(ctx.actor)) }) : claim;
  }

  /** One of them as staff see it. Code: `review.reduction_not_found`. */
  async one(reader: Reader, claimId: string, n: number, forStaff: boolean): Promise<Result<ReductionView>> {
    const found = (await this.#views(reader, claimId, forStaff)).find((view) => view.n === n);
    return found === undefined ? refuse('review.reduction_not_found') : ok(found);
  }

  async #views(reader: Reader, claimId: string, forStaff: boolean): Promise<ReductionView[]> {
    const rows = await this.reductions.of(reader, claimId);
    const answers = rows.length === 0 ? [] : await this.reductions.answers(reader, claimId);
    const views: ReductionView[] = [];
    for (const row of rows) {
      views.push(reductionView(claimId, row, { forStaff, heardUntil: await this.heardUntil(reader, row), answers: answers.filter(({ reductionN }) => reductionN === row.n) }));
    }
    return views;
  }
}
