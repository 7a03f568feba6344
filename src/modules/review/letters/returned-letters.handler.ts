import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { EventLog, type StoredEvent } from '../../../platform/events/event-log.js';
import { classOf } from '../../mail/index.js';
import { TaskBook } from '../../tasks/index.js';

interface LetterFate {
  readonly template: string;
  readonly about: { readonly kind: string; readonly id: string };
}

const TOPICS = ['letter.failed', 'letter.bounced'] as const;

/** A letter about a claim that somebody has a right to did not arrive: a person looks how else the business is reached. Until then no time runs. */
@Injectable()
export class ReturnedLettersHandler implements OnModuleInit {
  constructor(private readonly events: EventLog, private readonly tasks: TaskBook) {}

  onModuleInit(): void {
    for (const topic of TOPICS) {
      this.events.subscribe<LetterFate>({ topic, subscriber: `review.${topic.replace('.', '-')}`, inline: true, handle: (ctx, event, tx) => this.#open(tx, ctx, event) });
    }
  }

  async #open(tx: Tx, ctx: Context, { topic, aggregate, payload: { template, about } }: StoredEvent<LetterFate>): Promise<void> {
    if (about.kind !== 'claim' || classOf(template) !== 'legal') return;
    const reason = topic === 'letter.bounced' ? 'letter_bounced' : 'letter_failed';
    await this.tasks.open(tx, ctx, { kind: 'letter_returned', subject: { type: 'claim', id: about.id }, cause: { type: 'letter', id: aggregate.id }, reasons: [reason] });
  }
}
