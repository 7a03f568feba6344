import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { ClaimAssessment, type AssessedClaim } from '../assessments/index.js';
import { ClaimClashes, ClaimLifecycle, type ClaimRow } from '../claims/index.js';
import { TaskBook, type TaskKind } from '../tasks/index.js';
import { DecisionNotices } from './offers/decision-notices.service.js';
import { RaiseGrants, type Raised } from './raise-grants.service.js';

/** A decided claim that an approved change had assessed again, its run kept aside. */
export interface Reassessed {
  readonly claim: ClaimRow;
  readonly assessed: AssessedClaim;
  readonly changeId: string;
  /** Whether a figure that came out lower, or not at all, is somebody's task: what was known was wrong, and is not merely judged otherwise from now on. */
  readonly isCorrection: boolean;
}

export const RAISE_VERDICTS = ['raised', 'reopened', 'waits_for_raise', 'falls', 'unclear', 'kept'] as const;
export type RaiseVerdict = (typeof RAISE_VERDICTS)[number];

/**
 * The ratchet of decided claims: what came out higher is granted, or given to people where a rule may not; what came out lower moves
 * nothing. An accepted claim stays accepted at the higher figure, an offered one is offered it, a refused one goes back to people.
 */
@Injectable()
export class Raises {
  constructor(
    private readonly lifecycle: ClaimLifecycle,
    private readonly clashes: ClaimClashes,
    private readonly assessment: ClaimAssessment,
    private readonly grants: RaiseGrants,
    private readonly tasks: TaskBook,
    private readonly decisions: DecisionNotices,
  ) {}

  /** Different claims of one change, in the order given. */
  async settle(tx: Tx, ctx: Context, reassessed: readonly Reassessed[]): Promise<Result<RaiseVerdict[]>> {
    const granted = await this.grants.grantedOf(tx, reassessed.map(({ claim }) => claim.id));
    const verdicts = new Map<string, RaiseVerdict>();
    const rising: Reassessed[] = [];
    for (const one of reassessed) {
      const before = granted.get(one.claim.id) ?? 0n;
      const settled = rises(one, before) ? (rising.push(one), ok(undefined)) : await this.#settle(tx, ctx, one, before);
      if (!settled.ok) return settled;
      if (settled.value !== undefined) verdicts.set(one.claim.id, settled.value);
    }
    const raised = rising.length === 0 ? ok(verdicts) : await this.#raise(tx, ctx, rising, granted);
    if (!raised.ok) return raised;
    return ok(reassessed.map(({ claim }) => raised.value.get(claim.id) ?? verdicts.get(claim.id) ?? 'kept'));
  }

  /** Of a claim that no rule raises. */
  async #settle(tx: Tx, ctx: Context, reassessed: Reassessed, granted: bigint): Promise<Result<RaiseVerdict>> {
    const { assessed: { result }, isCorrection } = reassessed;
    if (result.outcome === 'refer') return isCorrection ? this.#task(tx, ctx, reassessed, 'assessment_unclear', granted) : ok('kept');
    const given = givenBy(reassessed);
    if (given < granted) return isCorrection ? this.#task(tx, ctx, reassessed, 'entitlement_fall', granted) : ok('kept');
    return given === granted ? ok('kept') : this.#reopen(tx, ctx, reassessed, granted);
  }

  /** What was refused goes to people with the new figure; not where its merchant turned an offer down, nor where something else lives in its time by now. */
  async #reopen(tx: Tx, ctx: Context, reassessed: Reassessed, granted: bigint): Promise<Result<RaiseVerdict>> {
    const { claim, assessed, changeId } = reassessed;
    if (granted > 0n) return this.#task(tx, ctx, reassessed, 'entitlement_rise', granted, ['declined_before']);
    if (!(await this.clashes.mayReturn(tx, claim))) return this.#task(tx, ctx, reassessed, 'entitlement_rise', granted, ['claimed_elsewhere']);
    await this.assessment.letStand(tx, ctx, [reassessed]);
    const { assessmentId } = assessed;
    const moved = await this.lifecycle.apply(tx, ctx, { ...claim, assessmentId }, { event: 'raised_by_change', to: 'in_review', assessmentId, data: { changeId } });
    return moved.ok ? ok('reopened') : moved;
  }

  async #raise(tx: Tx, ctx: Context, rising: readonly Reassessed[], granted: ReadonlyMap<string, bigint>): Promise<Result<Map<string, RaiseVerdict>>> {
    const obstacles = await this.grants.obstacles(tx, rising);
    if (!obstacles.ok) return obstacles;
    const why = ({ claim }: Reassessed): readonly string[] => obstacles.value.get(claim.id) ?? [];
    const verdicts = new Map<string, RaiseVerdict>();
    for (const one of rising.filter((waiting) => why(waiting).length > 0)) {
      const task = await this.#task(tx, ctx, one, 'entitlement_rise', granted.get(one.claim.id) ?? 0n, why(one));
      if (!task.ok) return task;
      verdicts.set(one.claim.id, task.value);
    }
    const free = rising.filter((one) => why(one).length === 0);
    await this.assessment.letStand(tx, ctx, free);
    const raised = await this.grants.grantAll(tx, ctx, free, { changeId: (rising[0] as Reassessed).changeId });
    if (!raised.ok) return raised;
    free.forEach(({ claim }) => verdicts.set(claim.id, 'raised'));
    await this.#tell(tx, free.map((one, index) => ({ ...one, ...(raised.value[index] as Raised) })));
    return ok(verdicts);
  }

  /** A higher offer is a new one; whoever has accepted hears of the change from the change. */
  async #tell(tx: Tx, raised: readonly (Reassessed & Raised)[]): Promise<void> {
    await this.decisions.raised(tx, raised.filter(({ claim, isPoints }) => claim.state === 'offered' && !isPoints).map(({ claim, assessed: { assessmentId, result }, n }) => ({
      claim: { ...claim, assessmentId }, assessmentId, entitlementNo: n, gross: money(BigInt(result.cashMinor ?? '0'), currency(claim.currency)),
    })));
  }

  async #task(tx: Tx, ctx: Context, { claim, assessed: { result }, changeId }: Reassessed, kind: keyof typeof VERDICTS, granted: bigint, reasons: readonly string[] = []): Promise<Result<RaiseVerdict>> {
    await this.tasks.open(tx, ctx, {
      kind, subject: { type: 'claim', id: claim.id }, cause: { type: 'change', id: changeId },
      reasons: reasons.length > 0 ? reasons : [...new Set(result.reasons.map(({ code }) => code))],
      figures: { currency: claim.currency, grantedMinor: String(granted), assessedMinor: result.cashMinor, outcome: result.outcome },
    });
    return ok(VERDICTS[kind]);
  }
}

const VERDICTS = { entitlement_fall: 'falls', entitlement_rise: 'waits_for_raise', assessment_unclear: 'unclear' } as const satisfies Partial<Record<TaskKind, RaiseVerdict>>;

const givenBy = ({ assessed: { result } }: Reassessed): bigint => (result.outcome === 'eligible' ? BigInt(result.cashMinor ?? '0') : 0n);

/** Whether a rule may raise it, if nothing is in the way; what was refused goes to people. */
const rises = (reassessed: Reassessed, granted: bigint): boolean =>
  reassessed.claim.state !== 'rejected' && reassessed.assessed.result.outcome !== 'refer' && givenBy(reassessed) > granted;
