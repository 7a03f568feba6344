import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { dateAt } from '../../../core/time/index.js';
import { isStaff, userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimHolds, ClaimLifecycle, ClaimQueries, RELEASED_BY_ANOTHER, type ClaimAsked, type ClaimHoldKind, type ClaimHoldRow } from '../../claims/index.js';
import { mayHold, reviewDay } from './holds.rules.js';
import { holdForMerchant, holdView, type HoldView, type OverdueHold, type ShownHoldView } from '../views/hold-view.js';

const ON_THE_LIST = 200;

/** People stop a claim beside its state, look again on the day they set, and let it go on. */
@Injectable()
export class HoldDesk {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly lifecycle: ClaimLifecycle,
    private readonly claims: ClaimQueries, private readonly holds: ClaimHolds,
  ) {}

  place(ctx: Context, claimId: string, hold: { kind: ClaimHoldKind; reason: string; reviewOn: string }): Promise<Result<HoldView>> {
    return this.work.run(ctx, async (tx): Promise<Result<HoldView>> => {
      const claim = await this.lifecycle.locked(tx, claimId);
      if (!claim.ok) return claim;
      const may = mayHold(ctx.actor, hold.kind);
      if (!may.ok) return may;
      if (claim.value.state === 'draft') return refuse('review.hold_of_draft');
      const day = reviewDay(hold.reviewOn, this.#today());
      if (!day.ok) return day;
      const by = { userId: userIdOf(ctx.actor), reason: hold.reason, reviewOn: day.value };
      if (!(await this.holds.place(tx, ctx, claim.value, { kind: hold.kind, by }))) return refuse('review.hold_stands', {}, { pointer: '/kind' });
      const placed = (await this.holds.of(tx, claimId)).findLast(({ kind }) => kind === hold.kind);
      return placed === undefined ? refuse('review.hold_not_found') : ok(holdView(placed));
    });
  }

  /** By another person than placed it, where the kind asks for that. Codes: `review.hold_not_found`, `review.hold_not_yours`, `claims.hold_of_yours`, `claims.hold_released`. */
  release(ctx: Context, claimId: string, holdId: string, version: number, reason: string): Promise<Result<HoldView>> {
    return this.#on(ctx, claimId, holdId, version, async (tx, hold) => {
      const userId = userIdOf(ctx.actor);
      if (hold.placedBy === userId && RELEASED_BY_ANOTHER.includes(hold.kind)) return refuse('claims.hold_of_yours');
      await this.holds.release(tx, ctx, claimId, { kind: hold.kind, by: { userId, reason } });
      return ok(undefined);
    });
  }

  /** Sets another day on which somebody looks. */
  extend(ctx: Context, claimId: string, holdId: string, version: number, reviewOn: string): Promise<Result<HoldView>> {
    return this.#on(ctx, claimId, holdId, version, async (tx, hold) => {
      const day = reviewDay(reviewOn, this.#today());
      if (!day.ok) return day;
      await this.holds.extend(tx, ctx, hold, day.value);
      return ok(undefined);
    });
  }

  /** Oldest first. Staff see everything; a merchant what stands, and of a suspicion only that somebody is looking. */
  async list(ctx: Context, asked: ClaimAsked): Promise<Result<{ items: (HoldView | ShownHoldView)[] }>> {
    const claim = await this.claims.visible(ctx, asked);
    if (!claim.ok) return claim;
    const rows = await this.holds.of(this.database.reader, claim.value.id);
    return ok({ items: isStaff(ctx.actor) ? rows.map(holdView) : holdForMerchant(rows) });
  }

  /** Standing holds whose day has come, the longest overdue first. */
  async overdue(): Promise<OverdueHold[]> {
    const { reader } = this.database;
    const rows = await this.holds.overdue(reader, ON_THE_LIST);
    const references = await this.claims.references(reader, rows.map(({ claimId }) => claimId));
    return rows.map((row) => ({ ...holdView(row), reference: references.get(row.claimId) ?? '' }));
  }

  #on(ctx: Context, claimId: string, holdId: string, version: number, change: (tx: Tx, hold: ClaimHoldRow) => Promise<Result<void>>): Promise<Result<HoldView>> {
    return this.work.run(ctx, async (tx): Promise<Result<HoldView>> => {
      const claim = await this.lifecycle.locked(tx, claimId);
      if (!claim.ok) return claim;
      const hold = await this.holds.locked(tx, claimId, holdId);
      if (hold === undefined) return refuse('review.hold_not_found');
      const may = mayHold(ctx.actor, hold.kind);
      if (!may.ok) return may;
      if (hold.releasedAt !== null) return refuse('claims.hold_released');
      if (hold.version !== version) return refuse('http.stale', { seen: version, current: hold.version });
      const changed = await change(tx, hold);
      if (!changed.ok) return changed;
      const after = await this.holds.locked(tx, claimId, holdId);
      return after === undefined ? refuse('review.hold_not_found') : ok(holdView(after));
    });
  }

  #today(): string {
    return dateAt(this.clock.now(), 'UTC');
  }
}
