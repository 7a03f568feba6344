import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { currency, money, type Money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import type { AssessedClaim } from '../assessments/index.js';
import { ClaimLifecycle, entitlementRaised, Entitlements, type ClaimRow } from '../claims/index.js';
import { Grants } from './grants.service.js';
import { RaiseObstacles } from './raise-obstacles.service.js';
import { Reservations } from './reservations.service.js';
import { PointRaises } from './shares/point-raises.service.js';

/** What a rise comes from: an approved change, by rule; or an upheld objection, decided by a person or by a body outside. */
export type RiseCause = { readonly changeId: string } | { readonly objectionNo: number; readonly userId: string | undefined; readonly noteDigest: string | undefined };

/** What was granted: entitlement `n`; undefined where it is points that wait for their fund to be shared. */
export interface Raised {
  readonly determinationId: string;
  readonly n: number | undefined;
}

/** The grant of a rise: determination, entitlement or points, reservation, move and events in one transaction. */
@Injectable()
export class RaiseGrants {
  constructor(
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly reservations: Reservations,
    private readonly grants: Grants,
    private readonly limits: RaiseObstacles,
    private readonly points: PointRaises,
    private readonly events: EventLog,
  ) {}

  obstacles(tx: Tx, claim: ClaimRow, assessed: AssessedClaim): Promise<Result<string[]>> {
    return this.limits.of(tx, claim, assessed);
  }

  /** Minor units that decisions have granted so far. */
  grantedMinor(reader: Reader, claimId: string): Promise<bigint> {
    return this.grants.grantedMinor(reader, claimId);
  }

  /** What was refused or declined is offered; else the claim stays where it is. */
  async grant(tx: Tx, ctx: Context, claim: ClaimRow, { assessmentId, result }: AssessedClaim, cause: RiseCause): Promise<Result<Raised>> {
    const fund = await this.points.fund(tx, claim);
    if (!fund.ok) return fund;
    const gross = money(BigInt(result.cashMinor ?? '0'), currency(claim.currency));
    // A change has taken of shared caps when it asked for what is in the way.
    const capped = 'changeId' in cause ? ok(undefined) : await this.reservations.useCaps(tx, claim, result, gross.minor);
    if (!capped.ok) return capped;
    const determination = await this.entitlements.determine(tx, {
      claimId: claim.id, merchantId: claim.merchantId, outcome: 'award', reasons: [], assessmentId, amountMinor: gross.minor, currency: claim.currency, ...decided(cause),
    });
    const rise = { determinationId: determination.id, assessmentId, gross };
    return fund.value === undefined ? this.#entitle(tx, ctx, claim, rise, cause) : this.#addPoints(tx, ctx, claim, { ...rise, fundId: fund.value }, cause);
  }

  async #entitle(tx: Tx, ctx: Context, claim: ClaimRow, { determinationId, assessmentId, gross }: Rise, cause: RiseCause): Promise<Result<Raised>> {
    const granted = await this.entitlements.grant(tx, claim, determinationId, assessmentId, gross);
    const reserved = await this.reservations.reserve(tx, ctx, claim, { n: granted.n, total: gross });
    if (!reserved.ok) return reserved;
    if (claim.state === 'accepted') await this.entitlements.carryAcceptance(tx, claim.id, granted.n);
    const moved = await this.#move(tx, ctx, claim, assessmentId, { entitlement: granted.n, amountMinor: String(gross.minor) }, cause);
    if (!moved.ok) return moved;
    await this.events.append(tx, ctx, entitlementRaised(claim.merchantId, {
      claimId: claim.id, entitlement: granted.n, beforeMinor: String(granted.before.minor), afterMinor: String(gross.minor), currency: claim.currency, ...originOf(cause),
    }));
    return ok({ determinationId, n: granted.n });
  }

  /** Of a fund that is shared: worth what the factor gives, now if there is one. */
  async #addPoints(tx: Tx, ctx: Context, claim: ClaimRow, { fundId, ...rise }: Rise & { fundId: string }, cause: RiseCause): Promise<Result<Raised>> {
    const granted = await this.points.grant(tx, ctx, claim, rise);
    if (!granted.ok) return granted;
    const moved = await this.#move(tx, ctx, claim, rise.assessmentId, { pointsMinor: String(rise.gross.minor) }, cause);
    if (!moved.ok) return moved;
    const n = await this.points.settle(tx, ctx, claim.id, fundId);
    return n.ok ? ok({ determinationId: rise.determinationId, n: n.value }) : n;
  }

  #move(tx: Tx, ctx: Context, claim: ClaimRow, assessmentId: string, data: object, cause: RiseCause): Promise<Result<ClaimRow>> {
    return this.lifecycle.apply(tx, ctx, { ...claim, assessmentId }, {
      event: 'changeId' in cause ? 'raised_by_change' : 'upheld', to: claim.state === 'rejected' ? 'offered' : claim.state, assessmentId, data: { ...data, ...originOf(cause) },
    });
  }
}

interface Rise {
  readonly determinationId: string;
  readonly assessmentId: string;
  readonly gross: Money;
}

const originOf = (cause: RiseCause): { changeId: string } | { objectionNo: number } => ('changeId' in cause ? { changeId: cause.changeId } : { objectionNo: cause.objectionNo });

const decided = (cause: RiseCause): Pick<Parameters<Entitlements['determine']>[1], 'stage' | 'userId' | 'outside' | 'noteDigest'> => ('changeId' in cause
  ? { stage: 'decision', userId: undefined, noteDigest: undefined }
  : { stage: 'objection', userId: cause.userId, outside: cause.userId === undefined, noteDigest: cause.noteDigest });
