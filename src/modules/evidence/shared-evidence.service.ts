import { Injectable } from '@nestjs/common';
import type { Reader } from '../../platform/database/tx.js';
import { SharedEvidenceRepository, type AskedSales, type Shared } from './shared-evidence.repository.js';

/** What was brought to prove a subject and another one as well, for many at once. For staff: no merchant learns what another brought. */
@Injectable()
export class SharedEvidence {
  constructor(private readonly repository: SharedEvidenceRepository) {}

  /** Subjects with the same file, by the one asked for. */
  async files(reader: Reader, subjectIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    return bySubject(await this.repository.files(reader, subjectIds));
  }

  /** Subjects with the same sales, whole or line by line. `merchantIds` says whose files are looked through by the line. */
  async sales(reader: Reader, asked: readonly AskedSales[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const whole = await this.repository.sameSets(reader, asked.map(({ subjectId }) => subjectId));
    return bySubject([...whole, ...await this.repository.sameLines(reader, asked)]);
  }
}

function bySubject(shared: readonly Shared[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { of, subjectId } of shared) found.set(of, (found.get(of) ?? new Set()).add(subjectId));
  return found;
}
