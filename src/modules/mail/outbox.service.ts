import { Injectable } from '@nestjs/common';
import type { Language } from '../../core/policy/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { MailPort, SmsPort } from './carriers.port.js';
import { LetterQueries } from './letter-queries.service.js';
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

  /** Writes and posts a letter; its id. An unknown template or a missing datum throws. */
  async post(tx: Tx, letter: NewLetter): Promise<string> {
    const { template, to, language, about } = letter;
    const merchantId = letter.merchantId ?? (about.kind === 'merchant' ? about.id : null);
    const isHandedOver = ('email' in to ? this.mail : this.sms).isConnected;
    const { channel, secret, content } = this.#written(letter);
    const state = isHandedOver ? 'queued' : 'kept';
    const id = await this.letters.insert(tx, { template, language, about, merchantId, state, channel, secret, at: this.clock.now() }, content);
    if (isHandedOver) await this.jobs.enqueue(tx, DELIVER, { letterId: id });
    return id;
  }

  /** Whether a letter sent this way arrives anywhere: at a server, or in the outbox that those who try the demo read. */
  reaches(channel: Channel): boolean {
    return (channel === 'mail' ? this.mail : this.sms).isConnected || this.queries.isReadable;
  }

  #written({ template, to, language, data }: NewLetter): { channel: Channel; secret: boolean; content: LetterContent } {
    if ('phone' in to) {
      const { plain, secret } = this.writing.message(template, language, data);
      return { channel: 'sms', secret, content: { recipient: to.phone, subject: null, plain, html: null } };
    }
    const { secret, ...words } = this.writing.write(template, language, data);
    return { channel: 'mail', secret, content: { recipient: to.email, ...words } };
  }
}
