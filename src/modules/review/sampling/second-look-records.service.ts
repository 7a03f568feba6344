import { Injectable } from '@nestjs/common';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AuditTrail } from '../../audit/index.js';
import type { ClaimRow } from '../../claims/index.js';
import { TaskBook } from '../../tasks/index.js';
import { SecondLooksRepository } from './second-looks.repository.js';
import type { LookVerdict } from './second-looks.rules.js';

export interface LookSaid {
  readonly verdict: LookVerdict;
  readonly reason: string;
}

/** Keeps what was found, in the chain of the claim; a disagreement is a supervisor's task. */
@Injectable()
export class SecondLookRecords {
  constructor(private readonly looks: SecondLooksRepository, private readonly audit: AuditTrail, private readonly tasks: TaskBook, private readonly clock: Clock) {}

  async keep(tx: Tx, ctx: Context, { id: claimId, merchantId }: ClaimRow, determinationId: string, { verdict, reason }: LookSaid): Promise<void> {
    const reasonDigest = await this.audit.keepText(tx, reason);
    await this.looks.add(tx, { determinationId, claimId, merchantId, verdict, reasonDigest, userId: userIdOf(ctx.actor), at: this.clock.now() });
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claimId }, action: 'claim.second_look', data: { determinationId, verdict, reasonDigest } });
    if (verdict === 'disagree') await this.tasks.open(tx, ctx, { kind: 'sample_disagreement', subject: { type: 'claim', id: claimId }, cause: { type: 'determination', id: determinationId }, reasons: [] });
  }
}
