import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { isStaff, userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimLifecycle, ClaimQueries, type ClaimAsked } from '../../claims/index.js';
import { InterestsRepository } from './interests.repository.js';

/** In what somebody has an interest: this claim, or whatever the business claims. */
export const INTEREST_REACHES = ['claim', 'merchant'] as const;
export type InterestReach = (typeof INTEREST_REACHES)[number];

export interface InterestView {
  readonly by: string;
  readonly reach: InterestReach;
  readonly at: string;
  readonly own: boolean;
}

/**
 * Interests that staff declare. From then on they count like having filed it: the database refuses what that person recommends or
 * decides, and a decision on what they recommended before. Nothing takes one back. Declaring is possible at any time.
 */
@Injectable()
export class Interests {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly lifecycle: ClaimLifecycle,
    private readonly claims: ClaimQueries,
    private readonly interests: InterestsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  declare(ctx: Context, claimId: string, { reach, note }: { readonly reach: InterestReach; readonly note: string | undefined }): Promise<Result<{ items: InterestView[] }>> {
    const userId = userIdOf(ctx.actor);
    return this.work.run(ctx, async (tx): Promise<Result<{ items: InterestView[] }>> => {
      const claim = await this.lifecycle.locked(tx, claimId);
      if (!claim.ok) return claim;
      const { id, merchantId, state } = claim.value;
      // A draft may be discarded: of one the interest is kept in its business.
      const kept = state === 'draft' ? 'merchant' : reach;
      const noteDigest = note === undefined ? undefined : await this.audit.keepText(tx, note);
      const isNew = await this.interests.insert(tx, { userId, merchantId, claimId: kept === 'claim' ? id : undefined, noteDigest, at: this.clock.now() });
      if (isNew) await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id }, action: 'claim.interest_declared', data: { reach: kept, noteDigest } });
      return ok(await this.#view(tx, claim.value, userId));
    });
  }

  /** For staff. */
  async list(ctx: Context, asked: ClaimAsked): Promise<Result<{ items: InterestView[] }>> {
    const claim = await this.claims.visible(ctx, asked);
    if (!claim.ok) return claim;
    return isStaff(ctx.actor) ? ok(await this.#view(this.database.reader, claim.value, userIdOf(ctx.actor))) : refuse('claims.not_found');
  }

  async #view(reader: Database['reader'], claim: { id: string; merchantId: string }, userId: string): Promise<{ items: InterestView[] }> {
    const rows = await this.interests.of(reader, claim);
    return {
      items: rows.map((row) => ({ by: row.name, reach: row.claimId === null ? 'merchant' : 'claim', at: row.at.toISOString(), own: row.userId === userId })),
    };
  }
}
