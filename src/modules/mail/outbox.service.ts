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
import { LettersRepository, type Channel, type LetterContent } from './letters.repository.js';

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
    const { template, to, language, about } = letter;
    // A few of the oldest at a time, by whoever posts: there are always more letters written than grow old.
    await this.letters.purge(tx, (this.clock.now() - this.queries.keptMs) as Instant, PURGED_AT_ONCE);
    const merchantId = letter.merchantId ?? (about.kind === 'merchant' ? about.id : null);
    const { channel, secret, minutes, content } = this.#written(letter);
    const isDeclined = await this.queries.isDeclined(tx, template, content.recipient ?? '');
    const isHandedOver = !isDeclined && ('email' in to ? this.mail : this.sms).isConnected;
    // What a flood of forms may cost has an end for every text message; nothing is lost, it goes out when an hour has room again.
    const isPutOff = isHandedOver && !(await this.queries.hasRoom(channel, this.clock.now(), tx));
    const state = isDeclined ? 'declined' : isHandedOver ? 'queued' : 'kept';
    const id = await this.letters.insert(tx, { template, language, about, merchantId, state, channel, secret, minutes, at: this.clock.now() }, content);
    if (isPutOff) await this.letters.defer(tx, id, 'There was no room for another text message.');
    if (isHandedOver) await this.jobs.enqueue(tx, DELIVER, { letterId: id }, isPutOff ? { startAt: (this.clock.now() + PUT_OFF_MS) as Instant } : {});
    return id;
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
