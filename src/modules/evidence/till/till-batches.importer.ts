import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { once } from 'node:events';
import type { TillRecord } from './till-row.rules.js';

/** Records side by side, each list as the database takes it: `{1,2,3}`. */
export interface RecordBatch {
  readonly count: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Line, kind, instant, period, amount, id, id of the sale it names. */
  readonly lists: readonly [string, string, string, string, string, string, string];
}

const BATCH = 5_000;

const quoted = (text: string | undefined): string => (text === undefined ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`);

/**
 * Writes records to a file as batches that the database takes as they are, and reads them back one batch at a time: a file of a
 * million lines is read once, before any transaction is open, and in memory there are never more than a few thousand of them.
 */
export class BatchFile {
  readonly #out: WriteStream;
  #pending: TillRecord[] = [];
  /** Bytes of each batch, in their order. */
  readonly #lengths: number[] = [];

  constructor(private readonly path: string, private readonly most = BATCH) {
    this.#out = createWriteStream(path);
  }

  /** A promise when the disk has to catch up. */
  add(record: TillRecord): Promise<unknown> | undefined {
    this.#pending.push(record);
    return this.#pending.length >= this.most ? this.#write() : undefined;
  }

  async close(): Promise<void> {
    if (this.#pending.length > 0) await this.#write();
    this.#out.end();
    await once(this.#out, 'close');
  }

  /** Lets go of the file without finishing it. */
  abandon(): void {
    this.#out.destroy();
  }

  async *batches(): AsyncGenerator<RecordBatch> {
    const file = await open(this.path);
    try {
      for (const length of this.#lengths) {
        // A stream would run ahead of a database that takes its time, and hold the rest of the file in memory.
        const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length);
        if (bytesRead !== length) throw new Error('a file of batches is cut');
        yield JSON.parse(buffer.toString('utf8')) as RecordBatch;
      }
    } finally {
      await file.close();
    }
  }

  #write(): Promise<unknown> | undefined {
    const records = this.#pending;
    this.#pending = [];
    const list = (pick: (record: TillRecord) => string | number | bigint): string => `{${records.map(pick).join(',')}}`;
    const batch: RecordBatch = {
      count: records.length, firstLine: records[0]?.line ?? 0, lastLine: records.at(-1)?.line ?? 0,
      lists: [
        list(({ line }) => line), list(({ kind }) => kind), list(({ at }) => at), list(({ periodMs }) => periodMs), list(({ amountMinor }) => amountMinor),
        list(({ id }) => quoted(id)), list(({ refundOf }) => quoted(refundOf)),
      ],
    };
    const bytes = Buffer.from(JSON.stringify(batch));
    this.#lengths.push(bytes.length);
    return this.#out.write(bytes) ? undefined : once(this.#out, 'drain');
  }
}
