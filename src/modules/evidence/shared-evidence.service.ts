import { Injectable } from '@nestjs/common';
import type { Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { SharedEvidenceRepository, type SharedFile, type SharedSales } from './shared-evidence.repository.js';

export type { SharedFile, SharedSales };

/** What was brought to prove a subject and another one as well. For staff: no merchant learns what another brought. */
@Injectable()
export class SharedEvidence {
  constructor(private readonly repository: SharedEvidenceRepository) {}

  files(reader: Reader, subjectId: string): Promise<SharedFile[]> {
    return this.repository.files(reader, subjectId);
  }

  /** Each other subject once: by its file where that is the same, else by the lines. `merchantIds` says whose files are looked through line by line. */
  async sales(reader: Reader, subjectId: string, window: Interval, merchantIds: readonly string[]): Promise<SharedSales[]> {
    const sets = await this.repository.sameSets(reader, subjectId);
    const whole = new Set(sets.map((set) => set.subjectId));
    const lines = await this.repository.sameLines(reader, subjectId, window, merchantIds);
    return [...sets, ...lines.filter((line) => !whole.has(line.subjectId))];
  }
}
