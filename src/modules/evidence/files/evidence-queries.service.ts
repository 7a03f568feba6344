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

  /** By subject, for many at once. */
  async facts(reader: Reader, subjectIds: readonly string[]): Promise<ReadonlyMap<string, EvidenceFacts & { readonly hasParsedSales: boolean }>> {
    const rows = await this.files.filedWith(reader, subjectIds);
    const sales = await this.sales.evidenceStates(reader, subjectIds);
    return new Map(subjectIds.map((id) => {
      const filed = rows.filter(({ subjectId }) => subjectId === id);
      return [id, {
        kinds: [...new Set(filed.filter(({ state }) => state === 'clean' || state === 'unscanned').map(({ kind }) => kind))],
        isWaiting: filed.some(({ state }) => state === 'checking'), isInfected: filed.some(({ state }) => state === 'infected'), hasParsedSales: sales.get(id) === 'parsed',
      }];
    }));
  }
}
