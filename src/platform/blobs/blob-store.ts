import type { Readable } from 'node:stream';

/**
 * Where the bytes of files lie, by owner and by what they are: the same bytes of one owner are kept once. Bytes of two owners never meet,
 * so that neither can learn what the other has.
 */
export abstract class BlobStore {
  /** Keeps the bytes of a finished file of this machine, which stays where it is. Returns once they would outlive a power cut. */
  abstract keep(owner: string, sha256: string, path: string): Promise<void>;
  /** The bytes; undefined when there are none of this name. */
  abstract open(owner: string, sha256: string): Promise<Readable | undefined>;
  abstract has(owner: string, sha256: string): Promise<boolean>;
  abstract remove(owner: string, sha256: string): Promise<void>;
}
