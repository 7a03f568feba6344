import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { AssessmentQueries, ClaimAssessment, type AssessedClaim, type ManyOptions } from '../assessments/index.js';
import type { ClaimRow, FiledClaim } from '../claims/index.js';
import { Raises, type RaiseVerdict } from '../review/index.js';
import type { Verdict } from './change-lists.rules.js';
import { ChangeRunsRepository, type RunRow } from './change-runs.repository.js';
import type { AppliedRow, ChangeRow } from './changes.repository.js';
import { isDecided } from './claim-rehearsal.service.js';
import type { RehearsedClaim } from './rehearsal.rules.js';

/** Some claims that a change is applied to. */
interface Page {
  readonly change: ChangeRow;
  readonly run: RunRow;
  readonly filed: readonly FiledClaim[];
  readonly knowing: ReadonlySet<string>;
  readonly options: Omit<ManyOptions, 'aside'>;
}

/** What stood of a claim before it was assessed again. */
interface Before {
  readonly outcome: string;
  readonly cashMinor: string | null;
}

/** Assesses claims under an approved change, lets decided ones rise, and says what became of each. */
@Injectable()
export class ChangedClaims {
  constructor(
    private readonly assessment: ClaimAssessment, private readonly assessments: AssessmentQueries, private readonly raises: Raises, private readonly runs: ChangeRunsRepository,
  ) {}

  async apply(tx: Tx, ctx: Context, { change, run, filed, knowing, options }: Page): Promise<Result<AppliedRow[]>> {
    const ids = filed.map(({ claim }) => claim.id);
    const rehearsed = await this.runs.itemsOf(tx, run.id, ids);
    const before = await this.assessments.recalled(tx, filed.flatMap(({ claim }) => claim.assessmentId ?? []));
    const known = new Map(filed.flatMap(({ claim }) => {
      const sales = before.get(claim.assessmentId ?? '')?.sales;
      return sales === undefined || sales === null ? [] : [[claim.id, sales] as const];
    }));
    const reached = await this.assessment.assessMany(tx, ctx, ids.filter((id) => !knowing.has(id)), { ...options, known, aside: ({ state }) => isDecided(state) });
    if (!reached.ok) return reached;
    const rows = filed.filter(({ claim }) => knowing.has(claim.id)).flatMap(({ claim }) => knownRow(claim, before.get(claim.assessmentId ?? ''), rehearsed.get(claim.id)));
    const decided = reached.value.filter(({ claim }) => isDecided(claim.state));
    const settled = await this.raises.settle(tx, ctx, decided.map((one) => ({ ...one, changeId: change.id, isCorrection: change.kind === 'amendment' })));
    if (!settled.ok) return settled;
    const raises = new Map(decided.map(({ claim }, index) => [claim.id, settled.value[index] as RaiseVerdict]));
    for (const { claim, assessed } of reached.value) {
      const verdict = verdictOf(assessed, raises.get(claim.id), rehearsed.get(claim.id));
      rows.push({
        ...rowOf(claim, assessed.assessmentId, { outcome: assessed.result.outcome, cashMinor: assessed.result.cashMinor }, rehearsed.get(claim.id)), verdict,
        told: isNews(change, claim, verdict, assessed, before.get(claim.assessmentId ?? '')),
      });
    }
    return ok(rows);
  }
}

/** Of a decided claim what the ratchet made of it; of others: same frozen input, same figure, so what was rehearsed is what came. */
function verdictOf({ inputHash }: AssessedClaim, raise: RaiseVerdict | undefined, rehearsed: RehearsedClaim | undefined): Verdict {
  if (rehearsed === undefined && (raise === undefined || raise === 'kept')) return 'arrived_since';
  return raise ?? (inputHash === rehearsed?.after.inputHash ? 'as_rehearsed' : 'changed_since');
}

/** Of a decided claim, that it rises or is looked at again; of an undecided one, after an amendment, another figure. */
function isNews({ kind }: ChangeRow, { state }: ClaimRow, verdict: Verdict, { result }: AssessedClaim, before: Before | undefined): boolean {
  if (isDecided(state)) return verdict === 'raised' || verdict === 'reopened';
  return kind === 'amendment' && (before === undefined || before.outcome !== result.outcome || before.cashMinor !== result.cashMinor);
}

const rowOf = (claim: ClaimRow, assessmentId: string, { outcome, cashMinor }: Before, rehearsed: RehearsedClaim | undefined): Omit<AppliedRow, 'verdict' | 'told'> => ({
  claimId: claim.id, merchantId: claim.merchantId, assessmentId, rehearsedMinor: rehearsed?.after.assessedMinor?.toString() ?? null, appliedOutcome: outcome, appliedMinor: cashMinor,
});

/** It was assessed with all the change says, before its turn came. */
const knownRow = (claim: ClaimRow, stands: Before | undefined, rehearsed: RehearsedClaim | undefined): AppliedRow[] =>
  (stands === undefined || claim.assessmentId === null ? [] : [{ ...rowOf(claim, claim.assessmentId, stands, rehearsed), verdict: 'known_already', told: false }]);
