import { Injectable } from '@nestjs/common';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimHolds, ClaimLifecycle, type ClaimHoldKind } from '../../claims/index.js';
import { PaymentLinesRepository } from '../payment-lines.repository.js';
import { LineRecordsRepository } from './line-records.repository.js';

/** Kinds that are placed for payments that came back. */
const FOR_RETURNS = ['payee', 'bank'] as const satisfies readonly ClaimHoldKind[];

/** Payments that came back and of which nothing is due any more: less is granted by now, or the claim owes it. They wait for nobody, and neither do those that were paid after all. */
@Injectable()
export class LapsedLines {
  constructor(
    private readonly records: LineRecordsRepository, private readonly lines: PaymentLinesRepository, private readonly lifecycle: ClaimLifecycle, private readonly holds: ClaimHolds,
    private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** Follows from what stands, so that saying it twice changes nothing. The claims are locked by the caller. */
  async settle(tx: Tx, ctx: Context, claimIds: readonly string[]): Promise<void> {
    const lapsed = await this.records.lapse(tx, claimIds, this.clock.now());
    for (const { id, claimId } of lapsed) await this.audit.record(tx, ctx, { aggregate: { type: 'payment_line', id }, action: 'payment_line.nothing_due', data: { claimId } });
    const waiting = lapsed.length === 0 ? new Set<string>() : await this.records.claimsWaiting(tx, lapsed.map(({ claimId }) => claimId));
    for (const claimId of new Set(lapsed.map((line) => line.claimId))) if (!waiting.has(claimId)) await this.lift(tx, ctx, claimId, FOR_RETURNS);
  }

  /** Of one that was paid after all, as two people found. Locks its claim. */
  async foundPaid(tx: Tx, ctx: Context, lineId: string): Promise<void> {
    const claims = await this.lifecycle.lockedAll(tx, await this.lines.claimsOf(tx, [lineId]));
    if (!claims.ok) throw new Error(`the claim of line ${lineId} is gone`);
    const waiting = await this.records.claimsWaiting(tx, [...claims.value.keys()]);
    for (const claimId of claims.value.keys()) if (!waiting.has(claimId)) await this.lift(tx, ctx, claimId, FOR_RETURNS);
  }

  /** Lifts holds that were placed by themselves; those that people placed stand. */
  async lift(tx: Tx, ctx: Context, claimId: string, kinds: readonly ClaimHoldKind[]): Promise<void> {
    for (const { kind, placedBy, releasedAt } of await this.holds.of(tx, claimId)) {
      if (releasedAt === null && placedBy === null && kinds.includes(kind)) await this.holds.release(tx, ctx, claimId, { kind });
    }
  }
}
