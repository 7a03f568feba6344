import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { inLanes } from '../../platform/database/lanes.js';
import type { Reader } from '../../platform/database/tx.js';
import { AssessmentQueries, FactsLoader, type LoadedFacts } from '../assessments/index.js';
import { Entitlements, type ClaimState, type FiledClaim } from '../claims/index.js';
import { SalesQueries } from '../evidence/index.js';
import { PolicyQueries, type AppliedPolicy, type PolicyCandidate, type Reach } from '../policies/index.js';
import { stagesBetween, type Stage } from './cause.rules.js';
import { rehearseBatch, type RehearsalInput, type RehearsedClaim } from './rehearsal.rules.js';

const UNDECIDED = ['submitted', 'in_review', 'info_requested', 'recommended'] as const satisfies readonly ClaimState[];
export const DECIDED = ['offered', 'accepted', 'rejected'] as const satisfies readonly ClaimState[];

export const statesIn = (reach: Reach): readonly ClaimState[] => (reach === 'all' ? [...UNDECIDED, ...DECIDED] : UNDECIDED);
export const isDecided = (state: string): boolean => (DECIDED as readonly string[]).includes(state);

/** So many claims are held in memory with all their runs: few enough that none of it outlives a quick collection of garbage. */
const AT_A_TIME = 25;

/** Rehearses filed claims under a candidate: reads what they rest on for all of them at once, and writes nothing. */
@Injectable()
export class ClaimRehearsal {
  constructor(
    private readonly loader: FactsLoader,
    private readonly assessments: AssessmentQueries,
    private readonly entitlements: Entitlements,
    private readonly sales: SalesQueries,
    private readonly policies: PolicyQueries,
  ) {}

  /** Claims whose event the candidate is not for are left out. */
  async rehearse(reader: Reader, filed: readonly FiledClaim[], candidate: PolicyCandidate): Promise<Result<RehearsedClaim[]>> {
    const reasons = await this.policies.reasons(reader);
    if (!reasons.ok) return reasons;
    const stages = new Map<string, Stage[]>();
    const stagesOf = (base: AppliedPolicy | undefined): Stage[] => {
      const id = base?.policy.id ?? '';
      const found = stages.get(id) ?? stagesBetween(base?.policy.resolved, candidate.ready.resolved, reasons.value);
      stages.set(id, found);
      return found;
    };
    return ok(await inLanes(filed, AT_A_TIME, async (part) =>
      rehearseBatch(await this.#inputs(reader, part, candidate), stagesOf, (windows) => this.sales.sumsOf(reader, windows))));
  }

  async #inputs(reader: Reader, filed: readonly FiledClaim[], candidate: PolicyCandidate): Promise<RehearsalInput[]> {
    const loaded = await this.loader.load(reader, filed);
    const recalled = await this.assessments.recalled(reader, filed.flatMap(({ claim }) => claim.assessmentId ?? []));
    const entitled = await this.entitlements.latestOf(reader, filed.map(({ claim }) => claim.id));
    return loaded.flatMap(({ filed: { claim, frozen }, ...rest }): RehearsalInput[] => {
      const applied = appliedTo(rest, candidate);
      if (applied === undefined) return [];
      const stood = claim.assessmentId === null ? undefined : recalled.get(claim.assessmentId);
      return [{
        claimId: claim.id, merchantId: claim.merchantId, currency: claim.currency, claimVersion: claim.claimVersion, state: claim.state, ...applied, entitled: entitled.get(claim.id),
        stands: stood === undefined ? undefined : { outcome: stood.outcome, minor: BigInt(stood.cashMinor ?? '0') },
        known: stood !== undefined && stood.sales?.setId === frozen.salesSetId ? (stood.sales?.sums ?? []) : [],
      }];
    });
  }
}

/** The claim under what stands and under the candidate; undefined when the candidate would not answer for its event. */
function appliedTo({ facts, choice }: Pick<LoadedFacts, 'facts' | 'choice'>, { ready, effectiveFrom }: PolicyCandidate): Pick<RehearsalInput, 'base' | 'candidate'> | undefined {
  const after = choice.with(ready, effectiveFrom).apply(facts);
  if (!after.ok || after.value.policy !== ready) return undefined;
  const base = choice.apply(facts);
  return { candidate: after.value, base: base.ok ? base.value : undefined };
}
