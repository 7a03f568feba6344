import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateXML } from 'xmllint-wasm';
import { fault, type PainProfile, type PaymentFault } from '../../core/payments/index.js';

/** Where schemas lie, and what is done where one does not. */
export interface SchemaSettings {
  readonly directory: string | undefined;
  /** `required`: a file that cannot be checked is refused. `when_present`: it goes, and is recorded as not checked. */
  readonly check: (typeof SCHEMA_CHECKS)[number];
}

export const SCHEMA_CHECKS = ['required', 'when_present'] as const;

const schemaFile = (message: PainProfile['message']): string => `${message}.xsd`;

/** The schema of a message, or why the file may not leave without it. The schemas are ISO's and not handed on with this program. */
export async function findSchema(message: PainProfile['message'], { directory, check }: SchemaSettings): Promise<{ readonly schema?: Uint8Array; readonly faults: readonly PaymentFault[] }> {
  const file = schemaFile(message);
  try {
    if (directory !== undefined) return { schema: await readFile(join(directory, file)), faults: [] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { faults: check === 'required' ? [fault('payments.schema_missing', { file })] : [] };
}

const BEGIN = '<CdtTrfTxInf>';
const END = '</CdtTrfTxInf>\n';
const CLOSING = Buffer.from('</PmtInf></CstmrCdtTrfInitn></Document>');
const SLICE = 4 * 1024 * 1024;
/** Of 64 KiB. A slice needs about 20 MiB. */
const PAGES = { initialMemoryPages: 512, maxMemoryPages: 2_048 };
const MOST_ERRORS = 20;

function lines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

/** What the checker says, without names of the schema and without what was written: it may be an account number. */
const readable = (message: string): string => message.replaceAll(/\{urn:[^}]*\}/g, '').replace(/^.*validity error : /, '').replaceAll(/The value '[^']*'/g, 'The value').replace(/: '[^']*' is not/, ': this is not').slice(0, 300);

/**
 * Checks a message by its XSD while it streams by, in a worker and in slices: the head with some of the payments, then the head with the next.
 * That is the same as checking the whole: payments repeat without bound, and the schemas have no keys across them (a test reads them for
 * any). Memory does not grow with the file. Rests on the writer's layout: every payment on a line of its own, no comments.
 */
export class SchemaCheck {
  readonly #faults: PaymentFault[] = [];
  #head: Buffer | undefined;
  #headLines = 0;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #paymentsBefore = 0;

  constructor(private readonly message: PainProfile['message'], private readonly schema: Uint8Array) {}

  async take(chunk: Uint8Array): Promise<void> {
    this.#held.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#heldBytes += chunk.byteLength;
    if (this.#heldBytes < SLICE || this.#faults.length >= MOST_ERRORS) return;
    const held = this.#joined();
    const cut = held.lastIndexOf(END);
    if (this.#head === undefined || cut === -1) return;
    const body = held.subarray(0, cut + END.length);
    await this.#validate(Buffer.concat([this.#head, body, CLOSING]));
    this.#paymentsBefore += lines(body);
    this.#hold(Buffer.from(held.subarray(body.length)));
  }

  async finish(): Promise<readonly PaymentFault[]> {
    const rest = this.#joined();
    if (this.#faults.length < MOST_ERRORS) await this.#validate(Buffer.concat([this.#head ?? Buffer.alloc(0), rest]));
    return this.#faults;
  }

  /** What is held as one buffer, its head taken off the first time. */
  #joined(): Buffer {
    const held = Buffer.concat(this.#held);
    const begin = this.#head === undefined ? held.indexOf(BEGIN) : -1;
    if (begin === -1) {
      this.#hold(held);
      return held;
    }
    this.#head = Buffer.from(held.subarray(0, begin));
    this.#headLines = lines(this.#head);
    this.#hold(held.subarray(begin));
    return held.subarray(begin);
  }

  #hold(bytes: Buffer): void {
    this.#held = [bytes];
    this.#heldBytes = bytes.length;
  }

  async #validate(contents: Buffer): Promise<void> {
    // Hidden in a comment, the end of a payment would be none.
    if (contents.includes('<!') || contents.indexOf('<?', 1) !== -1) {
      this.#faults.push(fault('payments.file_damaged', { line: 1 }));
      return;
    }
    const { valid, errors } = await validateXML({
      xml: { fileName: 'file.xml', contents }, schema: { fileName: schemaFile(this.message), contents: this.schema }, ...PAGES,
      // Events instead of a tree: a tenth of the memory.
      modifyArguments: (args) => ['--sax', ...args],
    });
    if (valid) return;
    for (const { message, loc } of errors.slice(0, MOST_ERRORS - this.#faults.length)) {
      const line = Math.max(0, (loc?.lineNumber ?? 0) - this.#headLines);
      this.#faults.push(fault('payments.schema_invalid', { line: line === 0 ? 0 : line + this.#paymentsBefore, message: readable(message) }));
    }
  }
}
