import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { systemActor } from '../../platform/access/actor.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { SalesFiles, type KeptFile } from './sales-files.port.js';
import { TillUploadsRepository } from './till-uploads.repository.js';

const OURSELVES: Context = { actor: systemActor('evidence.originals'), requestId: 'evidence.originals' };

/** Keeps uploads and their files together: no upload without its file, and a file that nothing names any more is thrown away. */
@Injectable()
export class SalesOriginals {
  constructor(private readonly work: UnitOfWork, private readonly files: SalesFiles, private readonly uploads: TillUploadsRepository) {}

  /** Codes: those of `SalesFiles.receive`. */
  receive(stream: AsyncIterable<Uint8Array>): Promise<Result<KeptFile>> {
    return this.files.receive(stream);
  }

  /** In the transaction that names the file: it is there, and stays until that has ended. Edge: somebody else's same bytes were just thrown away; sending them again helps. */
  async secure(tx: Tx, sha256: string): Promise<Result<void>> {
    await this.uploads.lockFile(tx, sha256);
    return await this.files.source(sha256) === undefined ? refuse('platform.busy') : ok(undefined);
  }

  /** Throws the file away unless something names it, or is just about to. */
  async drop(sha256: string): Promise<void> {
    await this.work.run(OURSELVES, async (tx): Promise<Result<void>> => {
      await this.uploads.lockFile(tx, sha256);
      if (!(await this.uploads.isNeeded(tx, sha256))) await this.files.forget(sha256);
      return ok(undefined);
    });
  }
}
