import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { validateXML } from 'xmllint-wasm';

/** What is checked at once; a longer message is not checked, since nothing hangs on it and memory does. */
const MOST_BYTES = 16 * 1024 * 1024;
const PAGES = { initialMemoryPages: 512, maxMemoryPages: 4_096 };

/**
 * Whether a message that somebody else wrote keeps to its schema, such as `camt.054.001.08`. Says `not_checked` where the schema is not there or the
 * message too long. Edge: a message whose version is not known has no schema.
 */
export async function keepsToSchema(path: string, message: string | undefined, directory: string | undefined): Promise<'yes' | 'no' | 'not_checked'> {
  if (message === undefined || directory === undefined || !/^[a-z]{4}(?:\.\d{2,3}){3}$/u.test(message)) return 'not_checked';
  const file = `${message}.xsd`;
  const schema = await readFile(join(directory, file)).catch(() => undefined);
  if (schema === undefined || (await stat(path)).size > MOST_BYTES) return 'not_checked';
  const { valid } = await validateXML({
    xml: { fileName: 'message.xml', contents: await readFile(path) }, schema: { fileName: file, contents: schema }, ...PAGES, modifyArguments: (args) => ['--sax', '--nonet', ...args],
  });
  return valid ? 'yes' : 'no';
}
