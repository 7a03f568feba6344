import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimHoldsRepository, type ClaimHoldRow } from './claim-holds.repository.js';
import { kindsThatStop, type ClaimHoldKind, type HeldAct } from './claim-holds.rules.js';
import type { ClaimRow } from './views/claim-row.js';

/** Rows beside a claim's state that stop what could otherwise be done with it. The claim is locked by the caller. */
@Injectable()
export class ClaimHolds {
  constructor(private readonly holds: ClaimHoldsRepository, private readonly clock: Clock, private readonly audit: AuditTrail) {}

  /** Whether nothing stops the act. Code: `claims.held` with the kinds that do. */
  async clear(reader: Reader, claimId: string, act: HeldAct): Promise<Result<void>> {
    const kinds = await this.holds.standing(reader, claimId, kindsThatStop(act));
    return kinds.length === 0 ? ok(undefined) : refuse('claims.held', { kinds });
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

  of(reader: Reader, claimId: string): Promise<ClaimHoldRow[]> {
    return this.holds.of(reader, claimId);
  }
}
