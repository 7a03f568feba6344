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
      if (!value.isWellFormed()) throw new TypeError('text with a lone surrogate has no canonical form');
      return JSON.stringify(value);
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
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${canonicalJson(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
