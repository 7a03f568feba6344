import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type TOptions } from 'i18next';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import { withParticles } from './particles.js';

/** A sentence by its key, with `{{names}}` filled in. A key nobody wrote stays visible as itself, and fails a test. */
export type Translate = (key: string, params?: TOptions) => string;

/** The words of every language, one catalogue for pages, mails and letters. */
export class Translations {
  readonly #i18next = createInstance();
  /** By language, sentences that name nothing, each looked up once: a page asks for hundreds. */
  readonly #plain = new Map<Language, Map<string, string>>(LANGUAGES.map((language) => [language, new Map()]));

  /** Reads `<language>.json` from the folder: a missing file is a broken installation, so it throws. */
  constructor(folder: string) {
    const resources = Object.fromEntries(LANGUAGES.map((language) =>
      [language, { translation: JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) as object }]));
    void this.#i18next.init({ resources, lng: 'en', fallbackLng: false, initAsync: false, returnNull: false, interpolation: { escapeValue: false } });
  }

  in(language: Language): Translate {
    const [fixed, plain] = [this.#i18next.getFixedT(language), this.#plain.get(language)];
    const translate = (key: string, params: TOptions): string => (language === 'ko' ? withParticles(fixed(key, params)) : fixed(key, params));
    return (key, params) => {
      if (params !== undefined) return translate(key, params);
      const known = plain?.get(key);
      if (known !== undefined) return known;
      const said = translate(key, {});
      // Keys may be made of what somebody sent: only those of the catalogue are kept.
      if (this.has(language, key)) plain?.set(key, said);
      return said;
    };
  }

  has(language: Language, key: string): boolean {
    return this.#i18next.exists(key, { lng: language });
  }
}

/** The text in this language, else in English, else in any: names people gave in fewer languages than there are. */
export const inLanguage = (texts: Readonly<Record<string, string>>, language: Language): string =>
  texts[language] ?? texts['en'] ?? Object.values(texts)[0] ?? '';
