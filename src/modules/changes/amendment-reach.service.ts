import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries } from '../assessments/index.js';
import { ClaimQueries, type FiledClaim } from '../claims/index.js';
import { AmendmentSnapshots } from './amendment-snapshots.service.js';
import { ChangeRunsRepository, type AmendmentRun } from './change-runs.repository.js';
import type { ChangeRow } from './changes.repository.js';
import { statesIn } from './claim-rehearsal.service.js';

/** A page of claims that an amendment is applied to. */
export interface ReachedPage {
  readonly filed: readonly FiledClaim[];
  /** Ids of those whose standing assessment knows the amendment, or more. */
  readonly knowing: ReadonlySet<string>;
  /** The last claim looked at, whether it is in reach or not; undefined at the end. */
  readonly last: string | undefined;
}

/** Whom an approved amendment reaches: the claims of its run, and those that came in since and were assessed without it. */
@Injectable()
export class AmendmentReach {
  constructor(
    private readonly runs: ChangeRunsRepository, private readonly claims: ClaimQueries, private readonly assessments: AssessmentQueries, private readonly snapshots: AmendmentSnapshots,
  ) {}

  async next(tx: Tx, run: AmendmentRun, change: ChangeRow, limit: number): Promise<ReachedPage> {
    const ids = await this.runs.touched(tx, run.id, { after: change.appliedCursor, limit, changeId: change.id });
    const states: readonly string[] = statesIn('all');
    const filed = (await this.claims.filed(tx, { ids })).filter(({ claim }) => states.includes(claim.state));
    const recalled = await this.assessments.registerVersions(tx, filed.flatMap(({ claim }) => claim.assessmentId ?? []));
    const knows = (assessmentId: string | null): boolean => (recalled.get(assessmentId ?? '') ?? 0) > run.head.snapshot.registerVersion;
    return { filed, knowing: new Set(filed.flatMap(({ claim }) => (knows(claim.assessmentId) ? [claim.id] : []))), last: ids.at(-1) };
  }

  /** Searches once more; answers with how many claims have come in since. */
  async late(tx: Tx, run: AmendmentRun, change: ChangeRow): Promise<Result<number>> {
    const amendment = await this.snapshots.candidate(tx, change);
    return amendment.ok ? ok(await this.runs.touch(tx, run.id, await this.snapshots.touched(tx, amendment.value))) : amendment;
  }
}
