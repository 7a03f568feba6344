/** Nothing that looks or sounds like something else: no 0 O, 1 I L, U V. */
export const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTWXYZ';
export const CODE_LENGTH = 8;

/** Eight letters and figures out of random bytes; bytes that would prefer some of them are passed over. Edge: undefined when too few are left. */
export function codeOf(random: Uint8Array): string | undefined {
  const fair = 256 - (256 % CODE_LETTERS.length);
  const letters = [...random].filter((byte) => byte < fair).map((byte) => CODE_LETTERS[byte % CODE_LETTERS.length]);
  return letters.length < CODE_LENGTH ? undefined : letters.slice(0, CODE_LENGTH).join('');
}

/** As people read it out: `7KMP-4R2X`. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** As people type it: any case, blanks and dashes make no difference. Undefined when it cannot be one. */
export function typedCode(text: string): string | undefined {
  const code = text.normalize('NFKC').toUpperCase().replace(/[\s\-–—]/gu, '');
  return code.length === CODE_LENGTH && [...code].every((letter) => CODE_LETTERS.includes(letter)) ? code : undefined;
}
