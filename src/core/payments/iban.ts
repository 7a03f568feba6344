/** What is wrong with an IBAN as a bank would find it, or undefined: `form` (letters and digits of ISO 13616) or `check_digits` (ISO 7064, mod 97-10). Edge: check digits 00, 01 and 99 are never issued. */
export function ibanFault(iban: string): 'form' | 'check_digits' | undefined {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return 'form';
  const digits = [...`${iban.slice(4)}${iban.slice(0, 4)}`].map((character) => Number.parseInt(character, 36).toString()).join('');
  const isIssued = !['00', '01', '99'].includes(iban.slice(2, 4));
  return BigInt(digits) % 97n === 1n && isIssued ? undefined : 'check_digits';
}

/** ISO 9362: 8 or 11 capital letters and digits, the country at its place. */
export const isBic = (bic: string): boolean => /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(bic);
