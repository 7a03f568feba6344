import type { Formatting } from '../../platform/i18n/formatting.js';
import type { Translate } from '../../platform/i18n/translations.js';

/** A kind of evidence in words; a policy may name one that nobody has translated, which is then said as it is written. */
export function kindWords(t: Translate, kind: string): string {
  const key = `evidence.kinds.${kind}`;
  const words = t(key);
  return words === key ? kind.replaceAll('_', ' ') : words;
}

const KB = 1_024n;

/** Whole kilobytes below a megabyte, then one decimal; rounded up, so that nothing is "0 KB"; in French octets. */
export function fileSize(f: Formatting, bytes: number): string {
  const unit = (prefix: string): string => `${prefix}${f.language === 'fr' ? 'o' : 'B'}`;
  const kilobytes = (BigInt(bytes) + KB - 1n) / KB;
  if (kilobytes < KB) return `${f.number(kilobytes.toString())} ${unit('K')}`;
  const tenths = (kilobytes * 10n + KB - 1n) / KB;
  return `${f.number(`${tenths / 10n}.${tenths % 10n}`)} ${unit('M')}`;
}
