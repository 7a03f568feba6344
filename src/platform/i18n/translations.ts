import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type TOptions } from 'i18next';
import { LANGUAGES, type Language } from '../../core/policy/index.js';

/** A sentence by its key, with `{{names}}` filled in. A key nobody wrote stays visible as itself, and fails a test. */
export type Translate = (key: string, params?: TOptions) => string;

/** The words of every language, one catalogue for pages, mails and letters. */
export class Translations {
  readonly #i18next = createInstance();

  /** Reads `<language>.json` from the folder: a missing file is a broken installation, so it throws. */
  constructor(folder: string) {
    const resources = Object.fromEntries(LANGUAGES.map((language) =>
      [language, { translation: JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) as object }]));
    void this.#i18next.init({ resources, lng: 'en', fallbackLng: false, initAsync: false, returnNull: false, interpolation: { escapeValue: false } });
  }

  in(language: Language): Translate {
    const translate = this.#i18next.getFixedT(language);
    return (key, params) => translate(key, params ?? {});
  }

  has(language: Language, key: string): boolean {
    return this.#i18next.exists(key, { lng: language });
  }
}

/** The text in this language, else in English, else in any: names people gave in fewer languages than there are. */
export const inLanguage = (texts: Readonly<Record<string, string>>, language: Language): string =>
  texts[language] ?? texts['en'] ?? Object.values(texts)[0] ?? '';
