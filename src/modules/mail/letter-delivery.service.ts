import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventLog } from '../../platform/events/event-log.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { CarrierError } from './carriers.port.js';
import { Carriers } from './carriers.service.js';
import { MOST_TRIES, nextStep, pauseAfter, TAKEN_FOR_MS } from './delivery.rules.js';
import { LetterQueries } from './letter-queries.service.js';
import { LettersRepository, type LetterContent, type LetterRow, type LetterState } from './letters.repository.js';

export const DELIVER = 'mail.deliver';

type Taken = LetterRow & LetterContent;

/**
 * Hands letters over, at least once: what it does not know to have succeeded it does again, under the same Message-ID. Nobody's
 * request waits for it, and no transaction is open while a server is asked.
 */
@Injectable()
export class LetterDelivery implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork, private readonly letters: LettersRepository, private readonly jobs: Jobs, private readonly events: EventLog,
    private readonly clock: Clock, private readonly carriers: Carriers, private readonly queries: LetterQueries,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ letterId: string }>({ queue: DELIVER, perform: (ctx, { letterId }) => this.deliver(ctx, letterId) });
  }

  async deliver(ctx: Context, letterId: string): Promise<void> {
    const taken = await this.#done(ctx, (tx) => this.#take(tx, ctx, letterId));
    if (taken === undefined) return;
    const failure = await this.#handOver(taken);
    await this.#done(ctx, (tx) => this.#note(tx, ctx, taken, failure));
  }

  /** A mail server said later that nobody has this address. By the reference of its Message-ID; a repeat changes nothing. */
  bounced(ctx: Context, letterId: string): Promise<Result<null>> {
    return this.work.run(ctx, async (tx) => {
      const letter = await this.letters.lock(tx, letterId);
      if (letter?.state !== 'sent') return ok(null);
      await this.letters.markUnreachable(tx, letterId, this.clock.now());
      await this.#settle(tx, ctx, letter, 'bounced', 'The address does not take mail.');
      return ok(null);
    });
  }

  /** A letter arrived: its address is reached again, unless it is the one that came back or an earlier one. */
  arrived(ctx: Context, letterId: string): Promise<Result<null>> {
    return this.work.run(ctx, async (tx) => {
      await this.letters.clearUnreachable(tx, letterId);
      return ok(null);
    });
  }

  async #take(tx: Tx, ctx: Context, letterId: string): Promise<Taken | undefined> {
    const letter = await this.letters.lock(tx, letterId);
    if (letter === undefined) return undefined;
    const now = this.clock.now();
    const next = nextStep(letter, now, await this.queries.hasRoom(letter.channel, now, tx));
    if (next.do === 'wait') await this.jobs.enqueue(tx, DELIVER, { letterId }, { startAt: next.until });
    if (next.do === 'give_up') await this.#settle(tx, ctx, letter, 'failed', next.fault);
    if (next.do !== 'send') return undefined;
    await this.letters.take(tx, letterId, (now + TAKEN_FOR_MS) as Instant);
    const content = await this.letters.content(tx, letterId);
    if (content.recipient === null || content.plain === null) {
      await this.#settle(tx, ctx, letter, 'failed', 'It was erased before it could be handed over.');
      return undefined;
    }
    return { ...letter, ...content, attempts: letter.attempts + 1 };
  }

  async #handOver({ id, channel, recipient, subject, plain, html }: Taken): Promise<CarrierError | undefined> {
    const carrier = this.carriers.of(channel);
    if (!carrier.isConnected) return new CarrierError('There is no server to hand it to.', false);
    try {
      await carrier.send({ reference: id, recipient: recipient ?? '', subject: subject ?? '', plain: plain ?? '', html: html ?? '' });
      return undefined;
    } catch (error) {
      if (error instanceof CarrierError) return error;
      throw error;
    }
  }

  async #note(tx: Tx, ctx: Context, letter: Taken, failure: CarrierError | undefined): Promise<undefined> {
    if (failure === undefined) await this.#settle(tx, ctx, letter, 'sent', null);
    else if (failure.isFinal || letter.attempts >= MOST_TRIES) await this.#settle(tx, ctx, letter, 'failed', failure.message);
    else {
      await this.letters.defer(tx, letter.id, failure.message);
      await this.jobs.enqueue(tx, DELIVER, { letterId: letter.id }, { startAt: (this.clock.now() + pauseAfter(letter.attempts)) as Instant });
    }
    return undefined;
  }

  async #settle(tx: Tx, ctx: Context, letter: LetterRow, state: Extract<LetterState, 'sent' | 'failed' | 'bounced'>, fault: string | null): Promise<void> {
    const { id, template, about, merchantId, secret } = letter;
    await this.letters.settle(tx, id, { state, fault, at: this.clock.now() });
    if (secret) await this.letters.forget(tx, id);
    await this.events.append(tx, ctx, {
      topic: `letter.${state}`, aggregate: { type: 'letter', id }, payload: { template, about }, ...(merchantId === null ? {} : { merchantId }),
    });
  }

  async #done<T>(ctx: Context, work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.work.run(ctx, async (tx) => ok(await work(tx)));
    if (!result.ok) throw new Error(`${DELIVER}: ${result.refusal.code}`);
    return result.value;
  }
}
