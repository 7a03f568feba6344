import { Injectable } from '@nestjs/common';
import { addLocalDays, formatInstant } from '../../../core/time/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AuditTrail } from '../../audit/index.js';
import type { ClaimRow } from '../../claims/index.js';
import { DuplicateVerdictsRepository } from './duplicate-verdicts.repository.js';
import type { DuplicateVerdict } from './duplicate-verdicts.rules.js';

export interface PairSaid {
  readonly otherClaimId: string;
  readonly verdict: DuplicateVerdict;
  readonly reason: string;
}

/** Keeps a verdict with its reason, in the chains of both claims. */
@Injectable()
export class PairRecords {
  constructor(private readonly verdicts: DuplicateVerdictsRepository, private readonly audit: AuditTrail, private readonly clock: Clock) {}

  async keep(tx: Tx, ctx: Context, claim: ClaimRow, { otherClaimId, verdict, reason }: PairSaid): Promise<void> {
    const reasonDigest = await this.audit.keepText(tx, reason);
    await this.verdicts.add(tx, { claimId: claim.id, otherClaimId, verdict, reasonDigest, userId: userIdOf(ctx.actor), at: this.clock.now() });
    for (const [id, other] of [[claim.id, otherClaimId], [otherClaimId, claim.id]].sort()) {
      await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: id as string }, action: `claim.called_${verdict}`, data: { otherClaimId: other, reasonDigest } });
    }
  }

  /** A calendar day in UTC. */
  reviewDay(days: number): string {
    return formatInstant(addLocalDays(this.clock.now(), 'UTC', days)).slice(0, 10);
  }
}
