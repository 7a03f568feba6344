import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Language } from '../../../core/policy/index.js';
import { Translations } from '../../../platform/i18n/translations.js';
import type { PayoutMethod } from '../../funds/index.js';
import { returnWords, type ReturnWords } from './returns.rules.js';

/** What a business reads about a payment that came back, on its page and in its letter: what to correct, or that it need do nothing. */
@Injectable()
export class ReturnSentences {
  readonly #words = new Translations(join(import.meta.dirname, 'words'));

  /** Edge: of a file that was refused whole nobody reads anything; asked all the same, it is a mistake in our order. */
  of(reason: string | null, method: PayoutMethod, language: Language): string {
    return this.worded(returnWords(reason, method) ?? 'our_file', language);
  }

  worded(words: ReturnWords, language: Language): string {
    return this.#words.in(language)(words);
  }
}
