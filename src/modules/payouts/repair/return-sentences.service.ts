import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { ReasonWords } from '../../../core/payments/line-status-reasons.js';
import type { Language } from '../../../core/policy/index.js';
import { Translations } from '../../../platform/i18n/translations.js';
import { returnWords } from './returns.rules.js';

/** What a business reads about a payment that came back, on its page and in its letter: what to correct, or that it need do nothing. */
@Injectable()
export class ReturnSentences {
  readonly #words = new Translations(join(import.meta.dirname, 'words'));

  /** Edge: of a file that was refused whole nobody reads anything; asked all the same, it is a mistake in our order. */
  of(reason: string | null, language: Language): string {
    return this.worded(returnWords(reason) ?? 'our_file', language);
  }

  worded(words: ReasonWords, language: Language): string {
    return this.#words.in(language)(words);
  }
}
