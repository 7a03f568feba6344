import type { Language } from '../../core/policy/index.js';
import type { Translations } from '../../platform/i18n/translations.js';
import { SENTENCES } from './fault-sentence-keys.rules.js';

export interface Said {
  readonly text: string;
  /** The language the text is in, when it is not the page's. */
  readonly lang?: Language;
}

interface Pattern {
  readonly key: string;
  readonly names: readonly string[];
  readonly form: RegExp;
}

/** What stands behind a colon of its own: an example's or a parameter's fault. */
const NESTED = 'rest';
const known = new WeakMap<Translations, readonly Pattern[]>();

/**
 * A sentence of the policy checker in a reader's language. The checker speaks English and knows no catalogue; the English of
 * `policies.sentences` is what it says, with places for what it fills in, so its sentence is recognised and said anew.
 * Edge: one that nobody translated, such as the YAML parser's own, stays English and is marked as such.
 */
export function sentenceIn(words: Translations, language: Language, message: string): Said {
  if (language === 'en') return { text: message };
  for (const { key, names, form } of patternsOf(words)) {
    const found = form.exec(message);
    if (found === null) continue;
    const params = Object.fromEntries(names.map((name, place) => [name, name === NESTED ? sentenceIn(words, language, found[place + 1] ?? '').text : found[place + 1]]));
    return { text: words.in(language)(key, params) };
  }
  return { text: message, lang: 'en' };
}

function patternsOf(words: Translations): readonly Pattern[] {
  const kept = known.get(words) ?? SENTENCES.map((name): Pattern => {
    const key = `policies.sentences.${name}`;
    const [...parts] = words.in('en')(key, { skipInterpolation: true }).split(/\{\{(\w+)\}\}/);
    const form = parts.map((part, place) => (place % 2 === 1 ? '(.*?)' : part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))).join('');
    return { key, names: parts.filter((_part, place) => place % 2 === 1), form: new RegExp(`^${form}$`, 's') };
  });
  known.set(words, kept);
  return kept;
}
