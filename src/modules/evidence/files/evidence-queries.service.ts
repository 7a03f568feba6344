import { Injectable } from '@nestjs/common';
import type { Reader } from '../../../platform/database/tx.js';
import { SalesQueries } from '../sales-queries.service.js';
import { EvidenceFilesRepository } from './evidence-files.repository.js';

/** What a rule may know of evidence: which kinds are there, and whether something about it is in doubt. */
export interface EvidenceFacts {
  /** Of what was filed: kinds whose file is whole and not known to be harmful. */
  readonly kinds: readonly string[];
  /** Something that was filed has not been looked at yet. */
  readonly isWaiting: boolean;
  readonly isInfected: boolean;
}

/** Facts about what was filed with a subject. */
@Injectable()
export class EvidenceQueries {
  constructor(private readonly files: EvidenceFilesRepository, private readonly sales: SalesQueries) {}

  async facts(reader: Reader, subjectId: string): Promise<EvidenceFacts & { readonly hasParsedSales: boolean }> {
    const filed = (await this.files.ofSubject(reader, subjectId)).filter(({ frozenAt }) => frozenAt !== null);
    return {
      kinds: [...new Set(filed.filter(({ state }) => state === 'clean' || state === 'unscanned').map(({ kind }) => kind))],
      isWaiting: filed.some(({ state }) => state === 'checking'), isInfected: filed.some(({ state }) => state === 'infected'),
      hasParsedSales: await this.sales.evidenceState(reader, subjectId) === 'parsed',
    };
  }
}
