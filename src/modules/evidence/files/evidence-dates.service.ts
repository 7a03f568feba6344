import { Injectable } from '@nestjs/common';
import type { Reader } from '../../../platform/database/tx.js';
import { isDated } from './evidence-date.rules.js';
import { EvidenceFilesRepository } from './evidence-files.repository.js';

/** A file and the day on which it says that it was made. */
export interface DatedFile {
  readonly fileName: string;
  readonly statedOn: string;
}

/** What filed evidence says of its own age. For staff: a merchant is told nothing of it. */
@Injectable()
export class EvidenceDates {
  constructor(private readonly files: EvidenceFilesRepository) {}

  /** Filed contracts, certificates and photos made after a day by their own statement, the newest first. */
  async newerThan(reader: Reader, subjectId: string, day: string): Promise<DatedFile[]> {
    return (await this.files.statedAfter(reader, subjectId, day)).filter(({ kind, mediaType }) => isDated(kind, mediaType)).map(({ fileName, statedOn }) => ({ fileName, statedOn }));
  }
}
