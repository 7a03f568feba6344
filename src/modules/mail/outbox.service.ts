import { Inject, Injectable } from '@nestjs/common';
import type { Language } from '../../core/policy/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/tx.js';
import { LetterWriting } from './letter-writing.service.js';
import { LettersRepository } from './letters.repository.js';

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
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Writes and posts a letter; its id. An unknown template or a missing datum throws. */
  async post(tx: Tx, letter: NewLetter): Promise<string> {
    const { template, to, language, data, about } = letter;
    const merchantId = letter.merchantId ?? (about.kind === 'merchant' ? about.id : null);
    const state = this.#isHandedOver(to) ? 'queued' : 'kept';
    const common = { template, language, about, merchantId, state, at: this.clock.now() } as const;
    if ('phone' in to) {
      const { plain, secret } = this.writing.message(template, language, data);
      return this.letters.insert(tx, { ...common, channel: 'sms', secret }, { recipient: to.phone, subject: null, plain, html: null });
    }
    const { secret, ...content } = this.writing.write(template, language, data);
    return this.letters.insert(tx, { ...common, channel: 'mail', secret }, { recipient: to.email, ...content });
  }

  #isHandedOver(to: Recipient): boolean {
    return 'email' in to && this.config.smtpUrl !== undefined;
  }
}
