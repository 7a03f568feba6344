import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money, type Money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { ClaimLifecycle, entitlementRaised, Entitlements, type ClaimRow, type Grant } from '../claims/index.js';
import { givenBy, RaiseObstacles, type Rise } from './raise-obstacles.service.js';
import { PointRaises } from './shares/point-raises.service.js';
import { Reservations } from './reservations.service.js';

/** What a rise comes from: an approved change, by rule; or an upheld objection, decided by a person or by a body outside. */
export type RiseCause = { readonly changeId: string } | { readonly objectionNo: number; readonly userId: string | undefined; readonly noteDigest: string | undefined };

/** What was granted: entitlement `n`, undefined where it is points that wait; who was granted points has been told. */
export interface Raised {
  readonly determinationId: string;
  readonly n: number | undefined;
  readonly isPoints: boolean;
}

/** The grant of a rise: determination, entitlement or points, reservation, move and events in one transaction. */
@Injectable()
export class RaiseGrants {
  constructor(
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly reservations: Reservations,
    private readonly limits: RaiseObstacles,
    private readonly points: PointRaises,
    private readonly events: EventLog,
  ) {}

  obstacles(tx: Tx, rises: readonly Rise[]): Promise<Result<ReadonlyMap<string, readonly string[]>>> {
    return this.limits.of(tx, rises);
  }

  /** Minor units that decisions have granted so far, by claim. */
  grantedOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return this.points.grantedOf(reader, claimIds);
  }

  /** What was refused or declined is offered; else the claim stays where it is. The id of the determination. */
  async grant(tx: Tx, ctx: Context, rise: Rise, cause: RiseCause): Promise<Result<Raised>> {
    const { claim, assessed: { result } } = rise;
    // A change has taken of shared caps when it asked for what is in the way.
    const capped = 'changeId' in cause ? ok(undefined) : await this.reservations.useCaps(tx, claim, result, givenBy(result));
    if (!capped.ok) return capped;
    const granted = await this.grantAll(tx, ctx, [rise], cause);
    return granted.ok ? ok(granted.value[0] as Raised) : granted;
  }

  /** Rises of different claims from one cause, whose uses of caps are taken; all or none. */
  async grantAll(tx: Tx, ctx: Context, rises: readonly Rise[], cause: RiseCause): Promise<Result<Raised[]>> {
    if (rises.length === 0) return ok([]);
    const grosses = rises.map(({ claim, assessed }) => money(givenBy(assessed.result), currency(claim.currency)));
    const determinations = await this.entitlements.determineAll(tx, rises.map(({ claim, assessed: { assessmentId } }, index) => ({
      claimId: claim.id, merchantId: claim.merchantId, outcome: 'award', reasons: [], assessmentId, amountMinor: (grosses[index] as Money).minor, currency: claim.currency, ...decided(cause),
    })));
    const granting = rises.map((rise, index) => ({ ...rise, gross: grosses[index] as Money, determinationId: determinations[index]?.id ?? '' }));
    const shared = await this.points.funds(tx, rises.map(({ claim }) => claim));
    if (!shared.ok) return shared;
    const entitled = await this.#entitle(tx, ctx, granting.filter(({ claim }) => !shared.value.has(claim.id)), cause);
    if (!entitled.ok) return entitled;
    const raised = new Map(entitled.value);
    for (const one of granting) {
      const fundId = shared.value.get(one.claim.id);
      if (fundId === undefined) continue;
      const added = await this.#addPoints(tx, ctx, { ...one, fundId }, cause);
      if (!added.ok) return added;
      raised.set(one.claim.id, added.value);
    }
    return ok(rises.map(({ claim }) => raised.get(claim.id) as Raised));
  }

  async #entitle(tx: Tx, ctx: Context, rises: readonly Granting[], cause: RiseCause): Promise<Result<[string, Raised][]>> {
    if (rises.length === 0) return ok([]);
    const grants = await this.entitlements.grantAll(tx, rises.map(({ claim, assessed: { assessmentId, result }, determinationId, gross }) => ({ claim, determinationId, assessmentId, result, gross })));
    const without = await this.reservations.reserveAll(tx, ctx, grants.map(({ n, after }, index) => ({ claim: (rises[index] as Granting).claim, n, total: after })));
    if (!without.ok) return without;
    if (without.value.size > 0) return refuse('funds.exhausted');
    const raised = rises.map((rise, index) => ({ ...rise, ...(grants[index] as Grant) }));
    await this.entitlements.carryAcceptances(tx, 'raised', raised.filter(({ claim }) => claim.state === 'accepted').map(({ claim, n }) => ({ claimId: claim.id, n })));
    const moved = await this.#move(tx, ctx, raised.map((rise) => ({ ...rise, data: { entitlement: rise.n, amountMinor: String(rise.after.minor) } })), cause);
    if (!moved.ok) return moved;
    await this.events.appendAll(tx, ctx, raised.map(({ claim, n, before, after }) => entitlementRaised(claim.merchantId, {
      claimId: claim.id, entitlement: n, beforeMinor: String(before.minor), afterMinor: String(after.minor), currency: claim.currency, ...originOf(cause),
    })));
    return ok(raised.map(({ claim, determinationId, n }) => [claim.id, { determinationId, n, isPoints: false }]));
  }

  /** Of a fund that is shared: worth what its factor gives, now if there is one. */
  async #addPoints(tx: Tx, ctx: Context, { fundId, ...rise }: Granting & { fundId: string }, cause: RiseCause): Promise<Result<Raised>> {
    const { claim, assessed: { assessmentId }, determinationId, gross } = rise;
    await this.points.add(tx, ctx, { claim, determinationId, assessmentId, gross });
    const moved = await this.#move(tx, ctx, [{ ...rise, data: { pointsMinor: String(gross.minor) } }], cause);
    if (!moved.ok) return moved;
    const n = await this.points.settle(tx, ctx, moved.value[0] as ClaimRow, { fundId, isToldHere: 'changeId' in cause });
    return n.ok ? ok({ determinationId, n: n.value, isPoints: true }) : n;
  }

  #move(tx: Tx, ctx: Context, rises: readonly (Rise & { readonly data: object })[], cause: RiseCause): Promise<Result<ClaimRow[]>> {
    return this.lifecycle.applyAll(tx, ctx, rises.map(({ claim, assessed: { assessmentId }, data }) => ({
      claim: { ...claim, assessmentId }, event: 'changeId' in cause ? 'raised_by_change' : 'upheld', to: claim.state === 'rejected' ? 'offered' : claim.state, assessmentId,
      data: { ...data, ...originOf(cause) },
    })));
  }
}

interface Granting extends Rise {
  readonly determinationId: string;
  readonly gross: Money;
}

const originOf = (cause: RiseCause): { changeId: string } | { objectionNo: number } => ('changeId' in cause ? { changeId: cause.changeId } : { objectionNo: cause.objectionNo });

const decided = (cause: RiseCause): Pick<Parameters<Entitlements['determine']>[1], 'stage' | 'userId' | 'outside' | 'noteDigest'> => ('changeId' in cause
  ? { stage: 'decision', userId: undefined, noteDigest: undefined }
  : { stage: 'objection', userId: cause.userId, outside: cause.userId === undefined, noteDigest: cause.noteDigest });
