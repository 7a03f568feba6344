import type { Language } from '../../core/policy/index.js';
import type { SchemeText } from '../../modules/schemes/index.js';

/** Of each kind the text in the reader's language, else the one there is: what is shown is what is accepted, by its hash. */
export function textsFor(texts: readonly SchemeText[], language: Language): SchemeText[] {
  const kinds = [...new Set(texts.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const ofKind = texts.filter((text) => text.kind === kind && text.body !== '');
    return ofKind.find((text) => text.language === language) ?? ofKind[0] ?? [];
  });
}
