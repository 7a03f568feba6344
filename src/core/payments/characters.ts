import { isEucKr } from './ks-x-1001.js';

/** Characters that a text may have in a file, by what the bank takes. */
export type CharacterSet = 'sepa' | 'any' | 'euc-kr';

const SEPA = /^[a-zA-Z0-9/\-?:().,'+ ]*$/;
const NOT_TEXT = /^[\p{Cc}\p{Cs}\p{Cn}]$/u;

/**
 * Letters that Unicode does not take apart, and signs. Source: the table beside EPC217-08 (basic Latin), except that what stands for two letters is written as two (ß, æ, œ, þ), a letter that the table
 * gives up (ð, ŋ) as the nearest, and @ and € as words.
 */
const SIGNS: Readonly<Record<string, string>> = {
  'ß': 'ss', 'ẞ': 'SS', 'æ': 'ae', 'Æ': 'AE', 'œ': 'oe', 'Œ': 'OE', 'ø': 'o', 'Ø': 'O', 'ł': 'l', 'Ł': 'L', 'đ': 'd', 'Đ': 'D', 'ð': 'd', 'Ð': 'D', 'þ': 'th', 'Þ': 'Th',
  'ħ': 'h', 'Ħ': 'H', 'ı': 'i', 'ŋ': 'n', 'Ŋ': 'N', 'ŧ': 't', 'Ŧ': 'T', 'ĸ': 'k', 'ə': 'e', 'Ə': 'E', '㈜': 'Co', '€': 'EUR', '£': 'GBP', '&': '+', '@': '(at)',
  '"': "'", '“': "'", '”': "'", '„': "'", '«': "'", '»': "'", '‘': "'", '’': "'", 'ʼ': "'", '‚': "'", '`': "'", '´': "'", '‹': "'", '›': "'", '–': '-', '—': '-', '‑': '-', '‐': '-', '−': '-', '_': '-', '~': '-',
  ';': ',', '!': '.', '*': '.', '#': '.', '%': '.', '=': '.', '^': '.', '|': '/', '\\': '/', '[': '(', ']': ')', '{': '(', '}': ')', '<': '.', '>': '.', '·': '.', '•': '.', '⁄': '/', '№': 'No',
  '$': '.', '¡': '.', '¢': '.', '¤': '.', '¥': '.', '¦': '.', '§': '.', '©': '.', '¬': '.', '®': '.', '°': '.', '±': '.', '¶': '.', '×': '.', '÷': '.', '¿': '?',
};

const pairs = (from: string, to: string): [string, string][] => {
  const letters = to.split(' ');
  return [...from].map((letter, place) => [letter, letters[place] ?? '']);
};

/** Greek after ELOT 743, Bulgarian after its law of transliteration, and what Serbian and Macedonian have beside it. */
const SMALL_LETTERS = [
  ...pairs('αβγδεζηθικλμνξοπρσςτυφχψω', 'a v g d e z i th i k l m n x o p r s s t y f ch ps o'),
  ...pairs('абвгдежзийклмнопрстуфхцчшщъьюя', 'a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya'),
  ...pairs('ђјљњћџѓќѕ', 'dj j lj nj c dz g k dz'),
];
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const LETTERS = new Map([...SMALL_LETTERS, ...SMALL_LETTERS.map(([from, to]): [string, string] => [from.toUpperCase(), capital(to)]), ...Object.entries(SIGNS)]);
// A final sigma has the capital of any sigma.
LETTERS.set('Σ', 'S');

function plain(character: string): string {
  if (SEPA.test(character)) return character;
  const known = LETTERS.get(character);
  if (known !== undefined) return known;
  if (/\p{Z}/u.test(character)) return ' ';
  // Hangul would come apart into its parts, and a piece of it says nothing.
  if (/\p{Script=Hangul}/u.test(character)) return character;
  const apart = character.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return apart === character || apart === '' ? apart : [...apart].map(plain).join('');
}

/**
 * The text in the characters of SEPA as far as it can be said in them: é → e, ß → ss, ㈜ → Co, Greek and Cyrillic letters by their
 * official tables. What cannot be said stays, so that it can be named and refused. Edge: Hangul and Han stay.
 * Source: EPC217-08 (best practices for the extended character set).
 */
export function toSepa(text: string): string {
  // Nearly every text is one of these already.
  const said = SEPA.test(text) ? text : [...text.normalize('NFC')].map(plain).join('');
  return said.replaceAll(/ {2,}/g, ' ').trim();
}

/** The first character that the set does not have, or undefined. Edge: a line break is in none of them. */
export function strangeCharacter(text: string, set: CharacterSet): string | undefined {
  if (SEPA.test(text)) return undefined;
  const isKnown = set === 'sepa' ? (character: string) => SEPA.test(character) : set === 'euc-kr' ? isEucKr : () => true;
  for (const character of text) if (NOT_TEXT.test(character) || !isKnown(character)) return character;
  return undefined;
}
