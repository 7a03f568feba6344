import { createHash, createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** 256 bits under the name that follows from them: two keys with one name do not exist, and nobody has to invent names. */
export interface NamedKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** What account numbers are kept under: keys that wrap the key of each row, newest first, and the one that equal numbers are found by. */
export interface Keyring {
  readonly seals: readonly [NamedKey, ...NamedKey[]];
  readonly index: NamedKey;
}

const LINE = /^(seal|index)[:\s]\s*([A-Za-z0-9+/]{43}=)$/;

const named = (bytes: Buffer): NamedKey => ({ id: createHash('sha256').update('makegood key').update(bytes).digest('hex').slice(0, 16), secret: createSecretKey(bytes) });

/**
 * Reads `seal:<base64>` and `index:<base64>`, separated by lines or commas, the newest seal first; what stands after `#` is a remark.
 * Throws TypeError, and never with what it read. Edge: keys of another length than 32 bytes are none.
 */
export function readKeyring(text: string): Keyring {
  const entries = text.split(/[\n,]/).map((line) => line.replace(/#.*$/, '').trim()).filter((line) => line !== '').map((line) => LINE.exec(line));
  const of = (kind: string): NamedKey[] => entries.flatMap((entry) => (entry?.[1] === kind ? [named(Buffer.from(entry[2] ?? '', 'base64'))] : []));
  const [seals, indexes] = [of('seal'), of('index')];
  const [newest, ...older] = seals;
  const [index, second] = indexes;
  if (entries.includes(null) || newest === undefined || index === undefined || second !== undefined) {
    throw new TypeError('the keys are not at least one line "seal:<32 bytes in base64>" and exactly one "index:<32 bytes in base64>"');
  }
  return { seals: [newest, ...older], index };
}

const fresh = (kind: 'seal' | 'index'): string => `${kind}:${randomBytes(32).toString('base64')}`;

const REMARK = '# The keys that account numbers are kept under. Keep a copy away from the database: without this file they cannot be read again.\n# Newest first.\n';

/** A new set of keys, as `MAKEGOOD_KEYS` and the file take them. */
export const freshKeys = (): string => `${fresh('seal')}\n${fresh('index')}\n`;

/** The same keys with a new one in front. */
export const withFreshSeal = (text: string): string => (text.startsWith('#') ? text.replace(/\n(?=(seal|index)[:\s])/, `\n${fresh('seal')}\n`) : `${fresh('seal')}\n${text}`);

/** Where the keys of an installation without configured ones lie. */
export const keyFileIn = (directory: string): string => join(directory, 'account-keys.txt');

/** Written whole or not at all, readable by its owner alone. `make` leaves a file that is there as it is. */
async function put(file: string, text: string, how: 'make' | 'replace'): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  if (how === 'replace') return rename(draft, file);
  await link(draft, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(draft);
}

/** The text of a key file, made at the first start. Of several processes that start at once one file wins, and all use it. */
export async function keyTextOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await put(file, `${REMARK}${freshKeys()}`, 'make');
  return readFile(file, 'utf8');
}

/** Puts a new key in front of those of a file; the older ones stay, to read with. */
export const addSealTo = async (file: string): Promise<void> => put(file, withFreshSeal(await keyTextOf(file)), 'replace');
