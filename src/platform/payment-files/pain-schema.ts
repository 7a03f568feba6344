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
const CLOSING = '</PmtInf></CstmrCdtTrfInitn></Document>';
/** Bytes checked at once. */
const SLICE = 4 * 1024 * 1024;
/** Of 64 KiB: what the checker begins with, and what it may grow to. */
const PAGES = { initialMemoryPages: 256, maxMemoryPages: 1_024 };
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
  /** Shared with the worker instead of copied to it, and used again for every slice. */
  readonly #bytes = Buffer.from(new SharedArrayBuffer(SLICE));
  #length = 0;
  #headLength = 0;
  #headLines = 0;
  #paymentsBefore = 0;

  constructor(private readonly message: PainProfile['message'], private readonly schema: Uint8Array) {}

  async take(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      const room = SLICE - CLOSING.length - this.#length;
      if (room <= 0) await this.#cut();
      else {
        const piece = chunk.subarray(from, from + room);
        this.#bytes.set(piece, this.#length);
        this.#length += piece.length;
        from += room;
      }
    }
  }

  async finish(): Promise<readonly PaymentFault[]> {
    await this.#validate(this.#length);
    return this.#faults;
  }

  /** Checks the whole payments that are held, and keeps the head and the beginning of the next. */
  async #cut(): Promise<void> {
    const held = this.#bytes.subarray(0, this.#length);
    const [begin, end] = [held.indexOf(BEGIN), held.lastIndexOf(END) + END.length];
    if (begin === -1 || end <= begin) {
      // Nothing of this size is a payment.
      this.#faults.push(fault('payments.file_damaged', { line: this.#headLines + this.#paymentsBefore + 1 }));
      this.#length = this.#headLength;
      return;
    }
    if (this.#headLength === 0) {
      this.#headLength = begin;
      this.#headLines = lines(held.subarray(0, begin));
    }
    const payments = lines(held.subarray(this.#headLength, end));
    const rest = Buffer.from(held.subarray(end));
    this.#bytes.write(CLOSING, end);
    await this.#validate(end + CLOSING.length);
    this.#paymentsBefore += payments;
    this.#bytes.set(rest, this.#headLength);
    this.#length = this.#headLength + rest.length;
  }

  async #validate(length: number): Promise<void> {
    if (this.#faults.length >= MOST_ERRORS) return;
    const contents = this.#bytes.subarray(0, length);
    if (this.#headLength === 0) this.#headLines = lines(contents.subarray(0, Math.max(0, contents.indexOf(BEGIN))));
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
