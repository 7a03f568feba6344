import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventLog } from '../../platform/events/event-log.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import type { AssessmentCompleted } from '../assessments/index.js';
import { DECIDE_BY_RULE } from './decision-hour.service.js';
import { StraightThrough } from './straight-through.service.js';

/** Hears of assessments, and of hours that have come. */
@Injectable()
export class ReviewAssessedHandler implements OnModuleInit {
  constructor(private readonly events: EventLog, private readonly jobs: Jobs, private readonly straightThrough: StraightThrough) {}

  onModuleInit(): void {
    this.events.subscribe<AssessmentCompleted>({
      topic: 'assessment.completed', subscriber: 'review.assessment-completed', inline: true,
      handle: (ctx, event, tx) => this.straightThrough.onAssessed(tx, ctx, [event.payload]),
      handleAll: (ctx, events, tx) => this.straightThrough.onAssessed(tx, ctx, events.map(({ payload }) => payload)),
    });
    this.jobs.define<{ claimId: string; assessmentId: string }>({
      queue: DECIDE_BY_RULE, handle: (ctx, { claimId, assessmentId }, tx) => this.straightThrough.onHour(tx, ctx, claimId, assessmentId),
    });
  }
}
