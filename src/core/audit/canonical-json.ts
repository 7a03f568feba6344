/** JSON without floats: what frozen input, traces and receipts are made of. Amounts are text, instants whole milliseconds. */
export type Json = string | boolean | null | number | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The one text of a JSON value: keys sorted by UTF-16 code unit, no white space, members that are undefined left out.
 *
 * Numbers must be safe integers, so no rule for printing floats is needed. Throws TypeError for anything else (bigint, NaN,
 * fractions, lone surrogates): a value that cannot be reproduced must not be hashed.
 * Edge: `{ b: 1, a: undefined }` is `{"b":1}`. Source: RFC 8785, for the part of JSON named above.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isSafeInteger(value)) throw new TypeError('only safe integers have a canonical form here');
      return Object.is(value, -0) ? '0' : String(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
      return canonicalObject(value as Record<string, unknown>);
    default:
      throw new TypeError(`a ${typeof value} has no canonical form`);
  }
}

function canonicalObject(value: Record<string, unknown>): string {
  let text = '';
  for (const key of sorted(Object.keys(value))) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** Nothing in it is escaped: almost every key, code and figure. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('text with a lone surrogate has no canonical form');
  return JSON.stringify(text);
}

/** What was read from canonical text is in order already, and looking is cheaper than sorting. */
function sorted(keys: string[]): string[] {
  for (let i = 1; i < keys.length; i += 1) if ((keys[i] as string) < (keys[i - 1] as string)) return keys.sort();
  return keys;
}
