import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimHoldsRepository } from './claim-holds.repository.js';
import { kindsThatStop, shownHold, type ClaimHoldKind, type HeldAct } from './claim-holds.rules.js';
import type { ClaimHoldRow } from './views/claim-hold.js';
import type { ClaimRow } from './views/claim-row.js';

/** Rows beside a claim's state that stop what could otherwise be done with it. The claim is locked by the caller. */
@Injectable()
export class ClaimHolds {
  constructor(private readonly holds: ClaimHoldsRepository, private readonly clock: Clock, private readonly audit: AuditTrail) {}

  /** Whether nothing stops the act. Code: `claims.held` with the kinds that do, as a merchant may read them. */
  async clear(reader: Reader, claimId: string, act: HeldAct): Promise<Result<void>> {
    const kinds = (await this.holds.standing(reader, [claimId], kindsThatStop(act))).map(({ kind }) => kind);
    return kinds.length === 0 ? ok(undefined) : refuse('claims.held', { kinds: [...new Set(kinds.map(shownHold))] });
  }

  /** Claims for which something stops the act. */
  async stopped(reader: Reader, claimIds: readonly string[], act: HeldAct): Promise<ReadonlySet<string>> {
    return this.standing(reader, claimIds, kindsThatStop(act));
  }

  /** Claims on which one of the kinds stands. */
  async standing(reader: Reader, claimIds: readonly string[], kinds: readonly ClaimHoldKind[]): Promise<ReadonlySet<string>> {
    return new Set((await this.holds.standing(reader, claimIds, kinds)).map(({ claimId }) => claimId));
  }

  /** By the system when nobody is named; by a person with a reason and the day by which somebody looks again. False when one of the kind stands. */
  async place(tx: Tx, ctx: Context, claim: ClaimRow, { kind, by }: { kind: ClaimHoldKind; by?: { userId: string; reason: string; reviewOn: string } }): Promise<boolean> {
    const reasonDigest = by === undefined ? undefined : await this.audit.keepText(tx, by.reason);
    const id = await this.holds.place(tx, {
      claimId: claim.id, merchantId: claim.merchantId, kind, at: this.clock.now(),
      ...(by === undefined || reasonDigest === undefined ? {} : { placedBy: by.userId, reviewOn: by.reviewOn, reasonDigest }),
    });
    if (id === undefined) return false;
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action: 'claim.held', data: { kind, reasonDigest, reviewOn: by?.reviewOn } });
    return true;
  }

  /** False when none of the kind stands. */
  async release(tx: Tx, ctx: Context, claimId: string, { kind, by }: { kind: ClaimHoldKind; by?: { userId: string; reason: string } }): Promise<boolean> {
    const releaseDigest = by === undefined ? undefined : await this.audit.keepText(tx, by.reason);
    const released = await this.holds.release(tx, { claimId, kind, at: this.clock.now(), ...(by === undefined || releaseDigest === undefined ? {} : { releasedBy: by.userId, releaseDigest }) });
    if (released) await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claimId }, action: 'claim.hold_released', data: { kind, releaseDigest } });
    return released;
  }

  /** By the system, of many claims with as many statements as of one. */
  async releaseAll(tx: Tx, ctx: Context, claimIds: readonly string[], kind: ClaimHoldKind): Promise<void> {
    const released = await this.holds.releaseAll(tx, claimIds, kind, this.clock.now());
    await this.audit.recordAll(tx, ctx, released.map((id) => ({ aggregate: { type: 'claim', id }, action: 'claim.hold_released', data: { kind } })));
  }

  /** Whether one of the kind stands. */
  async stands(reader: Reader, claimId: string, kind: ClaimHoldKind): Promise<boolean> {
    return (await this.standing(reader, [claimId], [kind])).has(claimId);
  }

  /** One of the claim, under its lock. */
  async locked(tx: Tx, claimId: string, id: string): Promise<ClaimHoldRow | undefined> {
    const row = await this.holds.lock(tx, id);
    return row?.claimId === claimId ? row : undefined;
  }

  async extend(tx: Tx, ctx: Context, hold: ClaimHoldRow, reviewOn: string): Promise<void> {
    await this.holds.extend(tx, hold.id, reviewOn);
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: hold.claimId }, action: 'claim.hold_extended', data: { kind: hold.kind, reviewOn } });
  }

  /** Holds whose day has come and that nobody was asked about yet; they are not answered with twice until another day is set. */
  due(tx: Tx, limit: number): Promise<{ claimId: string; reviewId: string }[]> {
    return this.holds.due(tx, this.clock.now(), limit);
  }

  /** Of each scheme whose fund could not reserve, the claim that was decided first, but for those on which nothing may be offered now; the first decided first. */
  waitingForFunds(tx: Tx): Promise<{ claimId: string; schemeId: string }[]> {
    return this.holds.waitingForFunds(tx, kindsThatStop('offer'));
  }

  overdue(reader: Reader, limit: number): Promise<ClaimHoldRow[]> {
    return this.holds.overdue(reader, this.clock.now(), limit);
  }

  of(reader: Reader, claimId: string): Promise<ClaimHoldRow[]> {
    return this.holds.of(reader, claimId);
  }
}
