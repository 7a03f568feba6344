const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Odd weights modulo 32: every single slip changes the sum. */
function checkCharacter(body: string): string {
  const sum = [...body].reduce((total, character, index) => total + (ALPHABET.indexOf(character) * (2 * index + 1)), 0);
  return ALPHABET[sum % 32] ?? '0';
}

/**
 * What people read out: `MG-7K3P-92Q4-X`. Forty random bits in an alphabet without I, L, O and U, and a check character.
 * Edge: takes exactly five bytes.
 */
export function referenceOf(random: Uint8Array, prefix = 'MG'): string {
  const bits = [...random.slice(0, 5)].reduce((total, byte) => (total << 8n) | BigInt(byte), 0n);
  const body = Array.from({ length: 8 }, (_, index) => ALPHABET[Number.parseInt(((bits >> BigInt(35 - 5 * index)) & 31n).toString(), 10)] ?? '0').join('');
  return `${prefix}-${body.slice(0, 4)}-${body.slice(4)}-${checkCharacter(body)}`;
}

/** A reference as people type it, with or without its hyphens; undefined when it is not one or was mistyped. */
export function readReference(typed: string): string | undefined {
  const [, first = '', second = '', check = ''] = /^MG([0-9A-Z]{4})([0-9A-Z]{4})([0-9A-Z])$/.exec(typed.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase()) ?? [];
  const text = `MG-${first}-${second}-${check}`;
  return isReference(text) ? text : undefined;
}

/** Whether a reference was typed without a slip. */
export function isReference(text: string): boolean {
  const match = /^MG-([0-9A-Z]{4})-([0-9A-Z]{4})-([0-9A-Z])$/.exec(text);
  return match !== null && checkCharacter(`${match[1]}${match[2]}`) === match[3];
}
