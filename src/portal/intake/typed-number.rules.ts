import type { Language } from '../../core/policy/index.js';

/** Which mark a lone one is, where three digits follow it and both readings are possible. */
const DECIMAL: Readonly<Record<Language, string>> = { en: '.', ko: '.', fr: ',' };

const WIDE = /[\u00a0\u2007\u202f\s'’]/g;
/** Digits and the minus as some keyboards type them. */
const narrow = (text: string): string => text.normalize('NFKC').replace(/[\u2010-\u2015\u2212]/g, '-');
/** With what may stand beside a number without changing it: a currency, a unit. Brackets and a sign behind turn it, so they do not fit. */
const WITH_UNIT = /^[^\d.,+()%‰-]{0,4}([+-]?)([\d.,]+)([^\d.,+()%‰-]{0,4})$/;
/** What stands behind a number and makes it another one: `500만원`, `12k`. */
const MULTIPLIES = /[십백천만억조]|^(?:k|m|mn|mio|mil|mill|md|mrd|b|bn|tsd)$/i;

const isGrouped = (whole: string, mark: string): boolean => {
  const [first = '', ...rest] = whole.split(mark);
  return /^\d{1,3}$/.test(first) && rest.length > 0 && rest.every((group) => /^\d{3}$/.test(group));
};

/**
 * A number as people type it, as plain decimal text: `1,234.50`, `1 234,50`, `₩12,000`, `12000원`.
 * With `decimals` nought a mark can only group. Undefined when it is no number, could be two, or is said in thousands, `500만`, `12k`.
 * Edge: `1,234` is one thousand two hundred and thirty-four in English and Korean, and `1.234` the same in French.
 */
export function plainNumber(typed: string, language: Language, decimals?: number): string | undefined {
  const match = WITH_UNIT.exec(narrow(typed).replace(WIDE, ''));
  const [, sign = '', body = '', unit = ''] = match ?? [];
  if (match === null || MULTIPLIES.test(unit)) return undefined;
  const read = unsigned(body, language, decimals);
  return read === undefined || !/^\d+(\.\d+)?$/.test(read) ? undefined : `${sign === '-' ? '-' : ''}${read}`;
}

function unsigned(body: string, language: Language, decimals: number | undefined): string | undefined {
  const marks = [...body].filter((one) => one === '.' || one === ',');
  const last = marks.at(-1);
  if (last === undefined) return body;
  if (new Set(marks).size === 2) return mixed(body, last, decimals);
  if (marks.length > 1) return isGrouped(body, last) ? body.replaceAll(last, '') : undefined;
  return lone(body, last, language, decimals);
}

/** A single mark groups where it can and a decimal one is not meant: by the language, or because an amount has no three decimals. */
function lone(body: string, mark: string, language: Language, decimals: number | undefined): string | undefined {
  const [whole = '', part = ''] = body.split(mark);
  const couldGroup = isGrouped(body, mark) && !whole.startsWith('0');
  if (couldGroup && (mark !== DECIMAL[language] || (decimals ?? 3) < 3)) return `${whole}${part}`;
  return decimals === 0 || whole === '' || part === '' ? undefined : `${whole}.${part}`;
}

/** Both marks: the last one is the decimal mark, the other one groups. */
function mixed(body: string, last: string, decimals: number | undefined): string | undefined {
  const other = last === '.' ? ',' : '.';
  const at = body.lastIndexOf(last);
  const [whole, part] = [body.slice(0, at), body.slice(at + 1)];
  return decimals !== 0 && !whole.includes(last) && isGrouped(whole, other) && part !== '' ? `${whole.replaceAll(other, '')}.${part}` : undefined;
}
