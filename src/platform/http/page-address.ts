import { LANGUAGES, type Language } from '../../core/policy/index.js';

/** The language a page's address begins with; undefined for everything that is not a page. */
export function pageLanguage(url: string): Language | undefined {
  const first = /^\/([a-z]{2})(?=[/?]|$)/.exec(url)?.[1];
  return LANGUAGES.find((language) => language === first);
}
