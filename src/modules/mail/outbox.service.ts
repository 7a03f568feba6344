import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/time/index.js';
import type { Language } from '../../core/policy/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { MailPort, SmsPort } from './carriers.port.js';
import { LetterQueries } from './letter-queries.service.js';
import { PUT_OFF_MS } from './delivery.rules.js';
import { DELIVER } from './letter-delivery.service.js';
import { LetterWriting } from './letter-writing.service.js';
import { LettersRepository, type Channel, type LetterContent, type NewLetterRow } from './letters.repository.js';

export type Recipient = { readonly email: string } | { readonly phone: string };

export interface NewLetter {
  /** The name of its files in `templates/`, without language: `payee.changed`. */
  readonly template: string;
  readonly to: Recipient;
  readonly language: Language;
  /** All that the template names. */
  readonly data: Readonly<Record<string, string>>;
  /** What it is about; a letter about a merchant, or with `merchantId`, belongs to that merchant. */
  readonly about: { readonly kind: string; readonly id: string };
  readonly merchantId?: string;
}

const PURGED_AT_ONCE = 10;

/** Where letters are posted: in the transaction that gives rise to them, so that what did not happen is not told to anybody. */
@Injectable()
export class Outbox {
  constructor(
    private readonly letters: LettersRepository,
    private readonly writing: LetterWriting,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly mail: MailPort,
    private readonly sms: SmsPort,
    private readonly queries: LetterQueries,
  ) {}

  /** Writes and posts a letter; its id. One of courtesy to an address that wants none is noted and goes nowhere. An unknown template or a missing datum throws. */
  async post(tx: Tx, letter: NewLetter): Promise<string> {
    const [id] = await this.postAll(tx, [letter]);
    return id as string;
  }

  /** As `post` for many, with as many statements as for one but for text messages; their ids in the order given. */
  async postAll(tx: Tx, letters: readonly NewLetter[]): Promise<string[]> {
    if (letters.length === 0) return [];
    // A few of the oldest at a time, by whoever posts: there are always more letters written than grow old.
    await this.letters.purge(tx, (this.clock.now() - this.queries.keptMs) as Instant, PURGED_AT_ONCE * letters.length);
    const written = letters.map((letter) => ({ ...letter, ...this.#written(letter) }));
    const declined = await this.queries.declined(tx, written.map(({ template, content }) => ({ template, address: content.recipient ?? '' })));
    const rows = written.map(({ template, language, about, merchantId, channel, secret, minutes, content }, index): NewLetterRow => ({
      template, language, about, merchantId: merchantId ?? (about.kind === 'merchant' ? about.id : null), channel, secret, minutes, at: this.clock.now(), content,
      state: declined.has(index) ? 'declined' : (channel === 'mail' ? this.mail : this.sms).isConnected ? 'queued' : 'kept',
    }));
    const room = rows.some(({ channel, state }) => channel === 'sms' && state === 'queued') ? await this.queries.smsRoom(tx, this.clock.now()) : 0;
    const ids = await this.letters.insert(tx, rows);
    await this.#handOver(tx, rows.flatMap(({ channel, state }, index) => (state === 'queued' ? [{ id: ids[index] as string, channel }] : [])), room);
    return ids;
  }

  /** What a flood of forms may cost has an end for every text message; nothing is lost, it goes out when an hour has room again. */
  async #handOver(tx: Tx, queued: readonly { readonly id: string; readonly channel: Channel }[], smsRoom: number): Promise<void> {
    const putOff = new Set(queued.filter(({ channel }) => channel === 'sms').slice(Math.max(0, smsRoom)).map(({ id }) => id));
    await this.jobs.enqueueAll(tx, DELIVER, queued.flatMap(({ id }) => (putOff.has(id) ? [] : [{ letterId: id }])));
    for (const letterId of putOff) {
      await this.letters.defer(tx, letterId, 'There was no room for another text message.');
      await this.jobs.enqueue(tx, DELIVER, { letterId }, { startAt: (this.clock.now() + PUT_OFF_MS) as Instant });
    }
  }

  /** Whether another message may go out this way now. */
  hasRoom(channel: Channel): Promise<boolean> {
    return this.queries.hasRoom(channel, this.clock.now());
  }

  /** Whether a letter sent this way arrives anywhere: at a server, or in the outbox that those who try the demo read. */
  reaches(channel: Channel): boolean {
    return (channel === 'mail' ? this.mail : this.sms).isConnected || this.queries.isReadable;
  }

  #written({ template, to, language, data }: NewLetter): { channel: Channel; secret: boolean; minutes: number | undefined; content: LetterContent } {
    if ('phone' in to) {
      const { plain, secret, minutes } = this.writing.message(template, language, data);
      return { channel: 'sms', secret, minutes, content: { recipient: to.phone, subject: null, plain, html: null } };
    }
    const { secret, minutes, ...words } = this.writing.write(template, language, data);
    return { channel: 'mail', secret, minutes, content: { recipient: to.email, ...words } };
  }
}
