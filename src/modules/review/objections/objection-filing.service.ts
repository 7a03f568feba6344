import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { formatInstant } from '../../../core/time/index.js';
import { mayFor, userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ClaimLifecycle, claimView, ClaimNotices, Entitlements, Objections, type ClaimRow, type ClaimView, type ContestedTime } from '../../claims/index.js';
import { ObjectionLetters } from './objection-letters.service.js';
import { HIGHEST_LEVEL, type ObjectionGround } from './objections.rules.js';

export interface NewObjection {
  readonly grounds: readonly ObjectionGround[];
  readonly text: string;
  /** Recorded downtime that was otherwise. */
  readonly contested?: ContestedTime;
}

/** How an objection would stand if it were made now. */
export interface ObjectionPlace {
  readonly level: number;
  readonly noticeId: string | undefined;
}

/** The merchant objects to what was decided: in time from the arrival of the letter, one objection after the other, at most twice. */
@Injectable()
export class ObjectionFiling {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly notices: ClaimNotices,
    private readonly objections: Objections,
    private readonly letters: ObjectionLetters,
    private readonly clock: Clock,
  ) {}

  file(ctx: Context, claimId: string, version: number, objection: NewObjection): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, claimId);
      if (!claim.ok) return claim;
      if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
      if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
      const filed = await this.fileIn(tx, ctx, claim.value, objection);
      return filed.ok ? ok(claimView(filed.value)) : filed;
    });
  }

  /** In the transaction of a caller who holds the claim and has asked who may. */
  async fileIn(tx: Tx, ctx: Context, claim: ClaimRow, objection: NewObjection, onAccount = false): Promise<Result<ClaimRow>> {
    const allowed = this.lifecycle.decide(ctx, claim, { event: 'object', to: claim.state });
    if (!allowed.ok) return allowed;
    const place = await this.place(tx, claim);
    if (!place.ok) return place;
    const fits = contestedFits(claim, objection.contested);
    if (!fits.ok) return fits;
    const { grounds, text, contested } = objection;
    const k = await this.objections.open(tx, claim, { ...place.value, grounds: [...new Set(grounds)], text, contested, onAccount, openedBy: userIdOf(ctx.actor) });
    const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'object', to: claim.state, data: { k, level: place.value.level, grounds } });
    if (moved.ok) await this.letters.received(tx, moved.value, { k, level: place.value.level });
    return moved;
  }

  /** Where a new objection would stand, whatever the claim's state. Codes: `objections.open_already`, `.accepted_in_full`, `.no_level_left`, `.too_late`. */
  async place(reader: Reader, claim: ClaimRow): Promise<Result<ObjectionPlace>> {
    const earlier = await this.objections.of(reader, claim.id);
    if (earlier.some(({ outcome }) => outcome === null)) return refuse('objections.open_already');
    if (claim.state === 'accepted' && await this.entitlements.isAcceptedInFull(reader, claim.id)) return refuse('objections.accepted_in_full');
    const { base, objection } = await this.notices.clocksOf(reader, claim.id);
    const level = base.objections + 1;
    if (level > HIGHEST_LEVEL) return refuse('objections.no_level_left');
    const until = objection?.until?.at;
    if (until !== undefined && until <= this.clock.now()) return refuse('objections.too_late', { until: formatInstant(until) });
    return ok({ level, noticeId: base.noticeId });
  }
}

function contestedFits({ services }: ClaimRow, contested: ContestedTime | undefined): Result<void> {
  if (contested === undefined) return ok(undefined);
  if (!services.includes(contested.service)) return refuse('objections.contested_service', { service: contested.service, services: services.join(', ') }, { pointer: '/contested/service' });
  return contested.from < contested.to ? ok(undefined) : refuse('objections.contested_reversed', {}, { pointer: '/contested/to' });
}
