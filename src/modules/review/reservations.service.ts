import { Injectable } from '@nestjs/common';
import { capUses, type AssessmentResult } from '../../core/assessment/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money, type Money } from '../../core/money/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries } from '../assessments/index.js';
import { CapUses, ClaimHolds, Entitlements, type ClaimRow, type HeldAct } from '../claims/index.js';
import { FundLedger } from '../funds/index.js';
import { SchemeQueries } from '../schemes/index.js';

/** What a claim is entitled to in all, by the number of its entitlement. */
export interface Entitled {
  readonly claim: ClaimRow;
  readonly n: number;
  readonly total: Money;
}

/** By scheme what its fund could still reserve; taken from as claims are raised. Schemes of one fund share it in the end: the ledger refuses what does not fit. */
export class RoomToRaise {
  constructor(private readonly held: ReadonlySet<string>, private readonly rooms: Map<string, bigint | undefined>, private readonly standing: ReadonlyMap<string, bigint>) {}

  /** Edge: exactly what is left fits. A claim under a `fund` hold, or without a fund, cannot be raised. */
  fits({ id, schemeId }: ClaimRow, totalMinor: bigint): boolean {
    const room = this.rooms.get(schemeId);
    return !this.held.has(id) && this.rooms.has(schemeId) && (room === undefined || room >= this.#added(id, totalMinor));
  }

  take({ id, schemeId }: ClaimRow, totalMinor: bigint): void {
    const room = this.rooms.get(schemeId);
    if (room !== undefined) this.rooms.set(schemeId, room - this.#added(id, totalMinor));
  }

  #added(id: string, totalMinor: bigint): bigint {
    return totalMinor - (this.standing.get(id) ?? 0n);
  }
}

/** What a fund keeps for a claim: the whole of its entitlement, or nothing while a hold says that the fund cannot. */
@Injectable()
export class Reservations {
  constructor(
    private readonly ledger: FundLedger, private readonly schemes: SchemeQueries, private readonly holds: ClaimHolds, private readonly entitlements: Entitlements,
    private readonly caps: CapUses, private readonly assessments: AssessmentQueries,
  ) {}

  async fundOf(tx: Tx, claim: ClaimRow): Promise<Result<string>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    return scheme.value.fundId === undefined ? refuse('review.fund_missing') : ok(scheme.value.fundId);
  }

  /** Of these claims those that something holds for the act. */
  stopped(tx: Tx, claimIds: readonly string[], act: HeldAct): Promise<ReadonlySet<string>> {
    return this.holds.stopped(tx, claimIds, act);
  }

  /** Whether nothing holds the claim for the act. Code: `claims.held`. */
  clear(tx: Tx, claimId: string, act: HeldAct): Promise<Result<void>> {
    return this.holds.clear(tx, claimId, act);
  }

  /** Whether a sum uses caps that claims share; where it uses none there is nothing to take. */
  usesCaps({ trace }: Pick<AssessmentResult, 'trace'>, grantedMinor: bigint): boolean {
    return capUses(trace, grantedMinor).length > 0;
  }

  /** Gives back what the claims used of shared caps before: their sums use none. */
  useNoCaps(tx: Tx, claimIds: readonly string[]): Promise<void> {
    return this.caps.useNone(tx, claimIds);
  }

  /** Takes what a sum uses of caps that claims share. Code: `claims.cap_exceeded`. */
  useCaps(tx: Tx, claim: ClaimRow, { trace }: Pick<AssessmentResult, 'trace'>, grantedMinor: bigint): Promise<Result<void>> {
    return this.caps.take(tx, claim, capUses(trace, grantedMinor));
  }

  async graceEndsAt(tx: Tx, claim: ClaimRow): Promise<Result<Instant>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    return scheme.ok ? ok(scheme.value.graceEndsAt) : scheme;
  }

  /** Whether nothing is left to decide under the scheme of a claim, and nothing to pay. */
  async isSettled(tx: Tx, claim: ClaimRow): Promise<boolean> {
    if (!(await this.entitlements.isSettled(tx, claim.schemeId))) return false;
    const fundId = await this.fundOf(tx, claim);
    return !fundId.ok || !await this.ledger.isUnpaid(tx, fundId.value, claim.schemeId);
  }

  /** Reserves again, and takes again of shared caps, what a lapsed offer gave back. Codes: `funds.exhausted`, `claims.cap_exceeded`, `review.fund_missing`. */
  async renew(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<void>> {
    const fundId = await this.fundOf(tx, claim);
    if (!fundId.ok) return fundId;
    const latest = await this.entitlements.latest(tx, claim.id);
    const standing = latest === undefined ? undefined : await this.assessments.standing(tx, latest.assessmentId);
    if (latest === undefined || standing === undefined) return refuse('review.never_offered');
    const capped = await this.useCaps(tx, claim, standing.result, latest.gross.minor);
    if (!capped.ok) return capped;
    const room = await this.ledger.room(tx, fundId.value);
    if (!room.ok) return room;
    if (room.value !== undefined && room.value < latest.gross.minor) return refuse('funds.exhausted');
    return this.ledger.renew(tx, ctx, { fundId: fundId.value, claimId: claim.id, entitlementNo: latest.n, amount: latest.gross });
  }

  /** Reserves up to the entitlement, whatever stood reserved. Code: `funds.exhausted`, with nothing done. */
  async reserve(tx: Tx, ctx: Context, claim: ClaimRow, entitlement: { n: number; total: Money }): Promise<Result<void>> {
    const without = await this.reserveAll(tx, ctx, [{ claim, ...entitlement }]);
    if (!without.ok) return without;
    return without.value.size === 0 ? ok(undefined) : refuse('funds.exhausted');
  }

  /** As `reserve` for different claims, in the order given; answers with those for which a fund had not enough. */
  async reserveAll(tx: Tx, ctx: Context, wanted: readonly Entitled[]): Promise<Result<ReadonlySet<string>>> {
    const without = new Set<string>();
    for (const schemeId of new Set(wanted.map(({ claim }) => claim.schemeId))) {
      const ofScheme = wanted.filter(({ claim }) => claim.schemeId === schemeId);
      const fundId = await this.fundOf(tx, ofScheme[0]?.claim as ClaimRow);
      if (!fundId.ok) return fundId;
      const before = await this.ledger.heldFor(tx, fundId.value, ofScheme.map(({ claim }) => claim.id));
      const exhausted = await this.ledger.reserveAll(tx, ctx, fundId.value, ofScheme.map(({ claim: { id }, n, total }) => ({
        claimId: id, entitlementNo: n, before: money(before.get(id) ?? 0n, total.currency), after: total,
      })));
      if (!exhausted.ok) return exhausted;
      exhausted.value.forEach((id) => without.add(id));
    }
    return ok(without);
  }

  /** What the funds of claims that have their reservations could add to them; nobody else reserves from those funds until the commit. */
  async roomToRaise(tx: Tx, claims: readonly ClaimRow[]): Promise<Result<RoomToRaise>> {
    const held = await this.holds.standing(tx, claims.map(({ id }) => id), ['fund']);
    const [rooms, standing] = [new Map<string, bigint | undefined>(), new Map<string, bigint>()];
    for (const schemeId of new Set(claims.map((claim) => claim.schemeId))) {
      const ofScheme = claims.filter((claim) => claim.schemeId === schemeId);
      const fundId = await this.fundOf(tx, ofScheme[0] as ClaimRow);
      if (!fundId.ok && fundId.refusal.code === 'review.fund_missing') continue;
      if (!fundId.ok) return fundId;
      const room = await this.ledger.room(tx, fundId.value);
      if (!room.ok) return room;
      rooms.set(schemeId, room.value);
      (await this.ledger.heldFor(tx, fundId.value, ofScheme.map(({ id }) => id))).forEach((minor, id) => standing.set(id, minor));
    }
    return ok(new RoomToRaise(held, rooms, standing));
  }

  /** As `reserveAll`, with a `fund` hold where the fund cannot: the claims that are held. */
  async reserveOrHold(tx: Tx, ctx: Context, wanted: readonly Entitled[]): Promise<Result<ReadonlySet<string>>> {
    const without = await this.reserveAll(tx, ctx, wanted);
    if (!without.ok) return without;
    const held = await this.holds.standing(tx, wanted.map(({ claim }) => claim.id), ['fund']);
    for (const { claim, n } of wanted) {
      if (!without.value.has(claim.id)) {
        if (held.has(claim.id)) await this.holds.release(tx, ctx, claim.id, { kind: 'fund' });
        continue;
      }
      const given = await this.#giveBack(tx, ctx, claim, n);
      if (!given.ok) return given;
      await this.holds.place(tx, ctx, claim, { kind: 'fund' });
    }
    return without;
  }

  /** Gives back whatever is reserved, and what the claim uses of shared caps; a hold of the fund has nothing left to wait for. */
  async release(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<void>> {
    await this.caps.release(tx, claim.id);
    const latest = await this.entitlements.latest(tx, claim.id);
    if (latest === undefined) return ok(undefined);
    await this.holds.release(tx, ctx, claim.id, { kind: 'fund' });
    return this.#giveBack(tx, ctx, claim, latest.n);
  }

  /** Gives back what stands reserved above a total that has fallen; what was paid above it is left to payouts. */
  async lower(tx: Tx, ctx: Context, claim: ClaimRow, { n, total }: { n: number; total: Money }): Promise<Result<void>> {
    await this.caps.lower(tx, claim.id, total.minor);
    return this.#giveBack(tx, ctx, claim, n, total.minor);
  }

  async #giveBack(tx: Tx, ctx: Context, claim: ClaimRow, entitlementNo: number, keptMinor = 0n): Promise<Result<void>> {
    const fundId = await this.fundOf(tx, claim);
    if (!fundId.ok) return fundId.refusal.code === 'review.fund_missing' ? ok(undefined) : fundId;
    const reserved = (await this.ledger.reservedFor(tx, fundId.value, [claim.id])).get(claim.id) ?? 0n;
    const above = ((await this.ledger.heldFor(tx, fundId.value, [claim.id])).get(claim.id) ?? 0n) - keptMinor;
    const minor = above < reserved ? above : reserved;
    if (minor > 0n) await this.ledger.release(tx, ctx, { fundId: fundId.value, claimId: claim.id, entitlementNo, amount: money(minor, currency(claim.currency)) });
    return ok(undefined);
  }
}
