import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { LooseFiles } from '../evidence/index.js';
import { RecoveryDocumentsRepository } from './recovery-documents.repository.js';

export const PAPERS_DUE = 'recoveries.papers-due';

/** Some time after a request was settled its papers are thrown away: the bytes, and what they were called. */
@Injectable()
export class RecoveryPapersDueHandler implements OnModuleInit {
  constructor(private readonly jobs: Jobs, private readonly documents: RecoveryDocumentsRepository, private readonly files: LooseFiles, private readonly clock: Clock) {}

  onModuleInit(): void {
    this.jobs.define<{ recoveryId: string }>({
      queue: PAPERS_DUE,
      handle: async (_ctx, { recoveryId }, tx) => {
        // Bytes first: while a row names them, what could not be removed is tried again.
        for (const { sha256 } of await this.documents.of(tx, recoveryId)) await this.files.drop(recoveryId, sha256);
        await this.documents.drop(tx, recoveryId, this.clock.now());
      },
    });
  }
}
