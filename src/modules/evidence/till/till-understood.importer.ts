import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import { BatchFile } from './till-batches.importer.js';
import type { TillMapping } from './till-mapping.rules.js';
import type { TillRecord } from './till-row.rules.js';
import type { TillSource } from './till-source.importer.js';
import { TillTally, type TillSummary } from './till-summary.rules.js';
import { TillStopped } from './till-text.importer.js';
import { tillReadings } from './till.importer.js';

/** A file that was read to its end, with its records ready to be stored. */
export interface UnderstoodFile {
  readonly summary: TillSummary;
  readonly lineCount: number;
  /** SHA-256 over what was understood, line by line: two files that mean the same have the same. */
  readonly recordsSha256: string;
  readonly granularityMs: number;
  readonly negativeLines: number;
  readonly sales: BatchFile;
  /** Refunds and cancellations: stored after all sales, since one may name a sale that stands below it. */
  readonly others: BatchFile;
}

/** Bytes of the file that have been read so far. */
export type Progress = (doneBytes: number) => void;

export const DIGEST_OF_NOTHING = createHash('sha256').digest('hex');

class RecordDigest {
  readonly #hash = createHash('sha256');
  #pending = '';

  take({ kind, at, periodMs, amountMinor, id = '', refundOf = '' }: TillRecord): void {
    this.#pending += `${kind}|${at}|${periodMs}|${amountMinor}|${JSON.stringify([id, refundOf])}\n`;
    if (this.#pending.length < 65_536) return;
    this.#hash.update(this.#pending);
    this.#pending = '';
  }

  get hex(): string {
    return this.#hash.update(this.#pending).digest('hex');
  }
}

const watched = (source: TillSource, progress: Progress | undefined): TillSource => (progress === undefined ? source : {
  ...source,
  async *open() {
    let done = 0;
    for await (const chunk of source.open()) {
      done += chunk.length;
      progress(done);
      yield chunk;
    }
  },
});

/**
 * Reads a file to its end and lays its records down in `folder`, in constant memory. Faults are in the summary; with any of them
 * nothing of the file is stored, so that laying down stops at the first.
 * Codes when nothing can be used: those of `readTill`.
 */
export async function understandTill(source: TillSource, mapping: TillMapping, now: Instant, folder: string, progress?: Progress): Promise<Result<UnderstoodFile>> {
  const [sales, others] = [new BatchFile(join(folder, 'sales')), new BatchFile(join(folder, 'others'))];
  const [tally, digest] = [new TillTally(), new RecordDigest()];
  let [lineCount, granularityMs, negativeLines] = [0, 0, 0];
  const take = (record: TillRecord): Promise<unknown> | undefined => {
    digest.take(record);
    granularityMs = Math.max(granularityMs, record.periodMs);
    if (record.kind === 'sale' && record.amountMinor < 0n) negativeLines += 1;
    return tally.faults.count > 0 ? undefined : (record.kind === 'sale' ? sales : others).add(record);
  };
  try {
    for await (const readings of tillReadings(watched(source, progress), mapping, now)) {
      for (const { items, part } of readings) {
        if (part === 'line') lineCount += 1;
        for (const item of items) {
          tally.take(item);
          const full = item.type === 'record' ? take(item.record) : undefined;
          if (full !== undefined) await full;
        }
      }
    }
    await Promise.all([sales.close(), others.close()]);
    return ok({ summary: tally.summary, lineCount, recordsSha256: digest.hex, granularityMs, negativeLines, sales, others });
  } catch (error) {
    sales.abandon();
    others.abandon();
    if (error instanceof TillStopped) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
