import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventLog } from '../../../platform/events/event-log.js';
import type { LineMoved } from '../payouts.events.js';
import { Returns } from './returns.service.js';

const TOPICS = ['payment_line.rejected', 'payment_line.returned'] as const;

/** The bank has a payment rejected or sent back. */
@Injectable()
export class ReturnsHandler implements OnModuleInit {
  constructor(private readonly events: EventLog, private readonly returns: Returns) {}

  onModuleInit(): void {
    for (const topic of TOPICS) {
      this.events.subscribe<LineMoved>({
        topic, subscriber: `payouts.${topic.replace('.', '-')}`, inline: false,
        handle: (ctx, { payload }, tx) => this.returns.cameBack(tx, ctx, [payload.lineId]),
        handleAll: (ctx, events, tx) => this.returns.cameBack(tx, ctx, events.map(({ payload }) => payload.lineId)),
      });
    }
  }
}
