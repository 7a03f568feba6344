import type { Readable } from 'node:stream';
import type { Result } from '../../core/errors/index.js';
import type { TillSource } from './till/till-source.importer.js';

/** A file that is kept, by what is in it. */
export interface KeptFile {
  readonly sha256: string;
  readonly bytes: number;
}

/** Where raw sales files lie: by the hash of their bytes, so that the same file twice is one. */
export abstract class SalesFiles {
  /** Takes in all of a stream or nothing of it. Codes: `evidence.file_too_large`. */
  abstract receive(stream: AsyncIterable<Uint8Array>): Promise<Result<KeptFile>>;
  /** Undefined when there is no such file (any more). */
  abstract source(sha256: string): Promise<TillSource | undefined>;
  abstract open(sha256: string): Promise<Readable | undefined>;
  abstract forget(sha256: string): Promise<void>;
  /** A folder for files that are written and read back during `work`; gone afterwards, whatever happens. */
  abstract withFolder<T>(work: (folder: string) => Promise<T>): Promise<T>;
}
