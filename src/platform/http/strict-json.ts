/** Why a body was not taken; said to the client. */
export class StrictJsonError extends SyntaxError {
  readonly statusCode = 400;
}

const MOST_DEPTH = 32;
/** In all objects of a body together; a route that takes long lists declares its own. */
export const MOST_MEMBERS = 1_000;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a JSON body strictly: one pass over the text refuses what JSON.parse lets through silently. Duplicate keys, numbers that
 * lose digits, depth, too many members, `__proto__`, NUL, lone surrogates and bytes that are no UTF-8.
 * Text is normalised to NFC.
 */
export function parseStrictJson(bytes: Uint8Array, mostMembers = MOST_MEMBERS): unknown {
  let parsed: unknown;
  try {
    const text = UTF8.decode(bytes);
    scan(text, mostMembers);
    parsed = JSON.parse(text, (key: string, value: unknown) => {
      if (key === '__proto__') throw new StrictJsonError('the key __proto__ is not allowed');
      return typeof value === 'string' ? clean(value) : value;
    });
  } catch (error) {
    throw error instanceof StrictJsonError ? error : new StrictJsonError('it is not valid JSON');
  }
  return parsed;
}

function clean(value: string): string {
  if (value.includes('\0')) throw new StrictJsonError('a text contains a NUL character');
  if (!value.isWellFormed()) throw new StrictJsonError('a text contains half of a surrogate pair');
  return value.normalize('NFC');
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\]:,]/g;

function scan(text: string, mostMembers: number): void {
  const open: (Set<string> | null)[] = [];
  let members = 0;
  let last: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      if (open.length > MOST_DEPTH) throw new StrictJsonError(`it is nested deeper than ${MOST_DEPTH}`);
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && last !== undefined) {
      members += 1;
      if (members > mostMembers) throw new StrictJsonError(`it has more than ${mostMembers} members`);
      note(open.at(-1), last);
    } else if (/^[-\d]/.test(token)) checkNumber(token);
    last = token;
  }
}

function note(members: Set<string> | null | undefined, token: string): void {
  // Decoded, or an escape would hide a twin.
  const key = clean(JSON.parse(token) as string);
  if (members?.has(key) === true) throw new StrictJsonError(`the key "${key.slice(0, 60)}" stands twice`);
  members?.add(key);
}

/** 9007199254740993 would silently become …992. */
function checkNumber(token: string): void {
  const value = Number.parseFloat(token);
  if (/^-?\d+$/.test(token) && !Number.isSafeInteger(value)) throw new StrictJsonError(`the number ${token.slice(0, 40)} is beyond 2^53: send amounts as text`);
  if (!Number.isFinite(value)) throw new StrictJsonError('a number is out of range');
}
