import { renderDetail, type Refusal } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import { entryOf } from '../../platform/http/catalogue-registry.js';
import type { Translations } from '../../platform/i18n/translations.js';

export interface FaultWords {
  readonly text: string;
  /** The language the text is in, when it is not the page's. */
  readonly lang?: Language;
  /** The form field at fault. */
  readonly field?: string;
}

/** A refusal for somebody who reads pages: in their language where it is translated, otherwise the catalogue's English, marked as such. */
export function refusalWords(words: Translations, language: Language, refusal: Refusal): FaultWords {
  const field = refusal.pointer === undefined ? {} : { field: refusal.pointer.slice(1).replaceAll('/', '-') };
  const key = `refusals.${refusal.code.replaceAll('.', '_')}`;
  if (words.has(language, key)) return { text: words.in(language)(key, { ...refusal.params }), ...field };
  const detail = renderDetail(entryOf(refusal.code)?.detail ?? refusal.code, refusal.params);
  return { text: detail, ...(language === 'en' ? {} : { lang: 'en' as const }), ...field };
}
