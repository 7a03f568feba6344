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

  /** By what they were filed for: contracts, certificates and photos made after a day by their own statement, the newest first. */
  async newerThan(reader: Reader, asked: readonly { readonly subjectId: string; readonly day: string }[]): Promise<ReadonlyMap<string, readonly DatedFile[]>> {
    const dated = (await this.files.statedAfter(reader, asked)).filter(({ kind, mediaType }) => isDated(kind, mediaType));
    return Map.groupBy(dated.map(({ subjectId, fileName, statedOn }) => ({ subjectId, fileName, statedOn })), ({ subjectId }) => subjectId);
  }
}
