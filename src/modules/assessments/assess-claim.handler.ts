import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog, type StoredEvent } from '../../platform/events/event-log.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import type { ClaimMoved } from '../claims/index.js';
import { ClaimAssessment } from './claim-assessment.service.js';

export const REASSESS = 'assessments.reassess-claim';

/** A filed, amended or answered claim is assessed at once, in the process that took it; a worker does it when that fails. */
@Injectable()
export class AssessClaimHandler implements OnModuleInit {
  constructor(private readonly events: EventLog, private readonly jobs: Jobs, private readonly assessment: ClaimAssessment) {}

  onModuleInit(): void {
    const handle = (ctx: Context, event: StoredEvent<ClaimMoved>, tx: Tx): Promise<Result<unknown>> => this.assessment.assess(tx, ctx, event.payload.claimId);
    this.events.subscribe<ClaimMoved>({ topic: 'claim.submitted', subscriber: 'assessments.assess-submitted', inline: true, handle });
    this.events.subscribe<ClaimMoved>({ topic: 'claim.amended', subscriber: 'assessments.assess-amended', inline: true, handle });
    this.events.subscribe<ClaimMoved>({ topic: 'claim.corrected', subscriber: 'assessments.assess-corrected', inline: true, handle });
    this.events.subscribe<ClaimMoved>({ topic: 'claim.answered', subscriber: 'assessments.assess-answered', inline: true, handle });
    this.jobs.define<{ claimId: string }>({ queue: REASSESS, handle: (ctx, { claimId }, tx) => this.assessment.assess(tx, ctx, claimId) });
  }
}
