import { Injectable } from '@nestjs/common';
import { inLanes } from '../../platform/database/lanes.js';
import type { Reader } from '../../platform/database/tx.js';
import { AssessmentQueries, FactsLoader } from '../assessments/index.js';
import { Entitlements, type FiledClaim } from '../claims/index.js';
import { SalesQueries } from '../evidence/index.js';
import type { AppliedPolicy } from '../policies/index.js';
import type { Stage } from './cause.rules.js';
import { rehearseBatch, type RehearsalInput, type RehearsedClaim } from './rehearsal.rules.js';

/** As of rules: few enough claims in memory at once. */
const AT_A_TIME = 100;

/** The one cause that an amendment has of its own. */
export const AMENDMENT_CAUSE = 'amendment';

/** What a revision would be recorded on top of. */
export interface AsIf {
  readonly registerVersion: number;
  readonly revisionId: string;
}

/** Rehearses filed claims as if a revision were recorded: reads what they rest on once, asks the register twice, and writes nothing. */
@Injectable()
export class AmendmentRehearsal {
  constructor(
    private readonly loader: FactsLoader, private readonly assessments: AssessmentQueries, private readonly entitlements: Entitlements, private readonly sales: SalesQueries,
  ) {}

  rehearse(reader: Reader, filed: readonly FiledClaim[], asIf: AsIf): Promise<RehearsedClaim[]> {
    return inLanes(filed, AT_A_TIME, async (part) => {
      const inputs = await this.#inputs(reader, part, asIf);
      const under = new Map(inputs.flatMap(({ base, candidate }) => (base === undefined ? [] : [[base, candidate] as const])));
      const stagesOf = (base: AppliedPolicy | undefined): Stage[] => {
        const candidate = base === undefined ? undefined : under.get(base);
        return candidate === undefined ? [] : [{ cause: AMENDMENT_CAUSE, policy: candidate.policy.resolved }];
      };
      return rehearseBatch(inputs, stagesOf, (windows) => this.sales.sumsOf(reader, windows), () => undefined);
    });
  }

  /** Claims for which no version of their policy answers are left out. */
  async #inputs(reader: Reader, filed: readonly FiledClaim[], { registerVersion, revisionId }: AsIf): Promise<RehearsalInput[]> {
    const loaded = await this.loader.load(reader, filed, registerVersion);
    const amended = await this.loader.asIf(reader, loaded, revisionId);
    const recalled = await this.assessments.recalled(reader, filed.flatMap(({ claim }) => claim.assessmentId ?? []));
    const entitled = await this.entitlements.latestOf(reader, filed.map(({ claim }) => claim.id));
    return loaded.flatMap(({ filed: { claim, frozen }, facts, choice }, index): RehearsalInput[] => {
      const [base, candidate] = [choice.apply(facts), choice.apply(amended[index] ?? facts)];
      if (!base.ok || !candidate.ok) return [];
      const stood = claim.assessmentId === null ? undefined : recalled.get(claim.assessmentId);
      return [{
        claimId: claim.id, merchantId: claim.merchantId, currency: claim.currency, claimVersion: claim.claimVersion, state: claim.state, base: base.value, candidate: candidate.value,
        entitled: entitled.get(claim.id), stands: stood === undefined ? undefined : { outcome: stood.outcome, minor: BigInt(stood.cashMinor ?? '0') },
        known: stood !== undefined && stood.sales?.setId === frozen.salesSetId ? (stood.sales?.sums ?? []) : [],
      }];
    });
  }
}
