import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { ClaimAssessment, type AssessedClaim } from '../assessments/index.js';
import { ClaimClashes, ClaimLifecycle, type ClaimRow } from '../claims/index.js';
import { TaskBook, type TaskKind } from '../tasks/index.js';
import { RaiseGrants } from './raise-grants.service.js';

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
  ) {}

  async settle(tx: Tx, ctx: Context, reassessed: Reassessed): Promise<Result<RaiseVerdict>> {
    const { claim, assessed: { result }, isCorrection } = reassessed;
    const granted = await this.grants.grantedMinor(tx, claim.id);
    if (result.outcome === 'refer') return isCorrection ? this.#task(tx, ctx, reassessed, 'assessment_unclear', granted) : ok('kept');
    const given = result.outcome === 'eligible' ? BigInt(result.cashMinor ?? '0') : 0n;
    if (given < granted) return isCorrection ? this.#task(tx, ctx, reassessed, 'entitlement_fall', granted) : ok('kept');
    if (given === granted) return ok('kept');
    return claim.state === 'rejected' ? this.#reopen(tx, ctx, reassessed, granted) : this.#raise(tx, ctx, reassessed, granted);
  }

  /** What was refused goes to people with the new figure; not where its merchant turned an offer down, nor where something else lives in its time by now. */
  async #reopen(tx: Tx, ctx: Context, reassessed: Reassessed, granted: bigint): Promise<Result<RaiseVerdict>> {
    const { claim, assessed, changeId } = reassessed;
    if (granted > 0n) return this.#task(tx, ctx, reassessed, 'entitlement_rise', granted, ['declined_before']);
    if (!(await this.clashes.mayReturn(tx, claim))) return this.#task(tx, ctx, reassessed, 'entitlement_rise', granted, ['claimed_elsewhere']);
    await this.assessment.letStand(tx, ctx, claim, assessed);
    const { assessmentId } = assessed;
    const moved = await this.lifecycle.apply(tx, ctx, { ...claim, assessmentId }, { event: 'raised_by_change', to: 'in_review', assessmentId, data: { changeId } });
    return moved.ok ? ok('reopened') : moved;
  }

  async #raise(tx: Tx, ctx: Context, reassessed: Reassessed, granted: bigint): Promise<Result<RaiseVerdict>> {
    const { claim, assessed, changeId } = reassessed;
    const obstacles = await this.grants.obstacles(tx, claim, assessed);
    if (!obstacles.ok) return obstacles;
    if (obstacles.value.length > 0) return this.#task(tx, ctx, reassessed, 'entitlement_rise', granted, obstacles.value);
    await this.assessment.letStand(tx, ctx, claim, assessed);
    const raised = await this.grants.grant(tx, ctx, claim, assessed, { changeId });
    return raised.ok ? ok('raised') : raised;
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

