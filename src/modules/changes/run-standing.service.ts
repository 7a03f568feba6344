import { Injectable } from '@nestjs/common';
import type { Reader } from '../../platform/database/tx.js';
import { PolicyPublication } from '../policies/index.js';
import { AllocationSnapshots } from './allocation-snapshots.service.js';
import { AmendmentSnapshots } from './amendment-snapshots.service.js';
import { allocationRun, amendmentRun, isPolicyRun, type RunRow } from './change-runs.repository.js';
import { ChangeSnapshots, type Pinned } from './change-snapshots.service.js';
import { editionOf, type ChangeRow } from './changes.repository.js';
import { PrecomputationQueries } from './precomputation-queries.service.js';

/** Whether what a run rests on still stands, whatever the change is about. */
@Injectable()
export class RunStanding {
  constructor(
    private readonly snapshots: ChangeSnapshots, private readonly publication: PolicyPublication, private readonly precomputations: PrecomputationQueries,
    private readonly amendments: AmendmentSnapshots, private readonly allocations: AllocationSnapshots,
  ) {}

  /** What has changed since, in words; empty while the run still says what one made now would say. */
  async changedSince(reader: Reader, change: ChangeRow, run: RunRow): Promise<readonly Pinned[]> {
    if (change.kind === 'amendment') {
      const amendment = await this.amendments.candidate(reader, change);
      return amendment.ok ? this.amendments.changedSince(reader, amendmentRun(run).head, amendment.value) : ['the draft'];
    }
    if (change.kind === 'allocation') return this.allocations.changedSince(reader, change, allocationRun(run).head);
    if (!isPolicyRun(run)) return this.precomputations.changedSince(reader, run);
    const candidate = await this.publication.candidateById(reader, editionOf(change));
    return candidate.ok ? this.snapshots.changedSince(reader, run.head, candidate.value) : ['the draft'];
  }
}
