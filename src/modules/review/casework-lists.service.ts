import { Injectable } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimLifecycle, Entitlements } from '../claims/index.js';
import { Awards } from './awards.service.js';
import { DecisionGate } from './duties/decision-gate.service.js';
import { reasonsOf, VerdictChecks, type AskedVerdict, type ReadyVerdict } from './verdict-checks.service.js';

/** One of a list of awards, with what it comes to. */
interface Weighed extends ReadyVerdict {
  readonly grossMinor: bigint;
}

/**
 * What `Casework` does to one claim, for different claims with as many statements as for one. Undefined where one of them is not as plain as
 * that: then nothing was written, and each is to be done by itself, which tells what it is. A refusal may come after something was written.
 */
@Injectable()
export class CaseworkLists {
  constructor(
    private readonly verdicts: VerdictChecks, private readonly gate: DecisionGate, private readonly entitlements: Entitlements, private readonly awards: Awards,
    private readonly lifecycle: ClaimLifecycle, private readonly audit: AuditTrail,
  ) {}

  async recommend(tx: Tx, ctx: Context, asked: readonly AskedVerdict[]): Promise<Result<unknown> | undefined> {
    const ready = await this.verdicts.readyAll(tx, ctx, asked, 'recommend');
    if (ready === undefined) return undefined;
    const userId = userIdOf(ctx.actor);
    const free = await this.gate.recommenders(tx, ready.map(({ claim }) => claim.id), userId);
    if (!free.ok) return free;
    const noteDigest = await this.#note(tx, ready);
    const gross = await this.awards.grossMinors(tx, ready);
    await this.entitlements.determineAll(tx, ready.map(({ claim, assessment, verdict }) => ({
      claimId: claim.id, merchantId: claim.merchantId, stage: 'recommendation', outcome: verdict.outcome, reasons: reasonsOf(verdict, assessment.result), assessmentId: assessment.id,
      amountMinor: verdict.outcome === 'award' ? gross.get(claim.id) : undefined, currency: claim.currency, userId, noteDigest,
    })));
    return this.lifecycle.applyAll(tx, ctx, ready.map(({ claim, assessment, verdict }) => ({
      claim, event: 'recommend', assessmentId: assessment.id, openedByStaff: true, data: { outcome: verdict.outcome, noteDigest },
    })));
  }

  /** Awards alone: a refusal has a letter of its own and is decided by itself. */
  async award(tx: Tx, ctx: Context, asked: readonly AskedVerdict[]): Promise<Result<unknown> | undefined> {
    if (asked.some(({ verdict }) => verdict.outcome !== 'award')) return undefined;
    const ready = await this.verdicts.readyAll(tx, ctx, asked, 'award');
    if (ready === undefined) return undefined;
    const gross = await this.awards.grossMinors(tx, ready);
    const weighed = ready.map((one): Weighed => ({ ...one, grossMinor: gross.get(one.claim.id) ?? 0n }));
    if (!(await this.#isPlain(tx, weighed))) return undefined;
    const ids = weighed.map(({ claim }) => claim.id);
    const recommended = await this.entitlements.recommendations(tx, ids);
    if (ids.some((id) => recommended.get(id)?.outcome !== 'award')) return undefined;
    const userId = userIdOf(ctx.actor);
    if (!(await this.gate.decidesAlone(tx, userId, weighed))) return undefined;
    const free = await this.gate.deciders(tx, ids.map((claimId) => ({ claimId, recommendedBy: recommended.get(claimId)?.userId ?? null })), userId);
    if (!free.ok) return free;
    const noteDigest = await this.#note(tx, weighed);
    await this.awards.useNoCaps(tx, ids);
    return this.awards.awardAll(tx, ctx, weighed.map(({ claim, assessment, grossMinor }) => ({
      claim, assessment, event: 'award', userId, noteDigest, gross: money(grossMinor, currency(claim.currency)),
    })));
  }

  /** Nothing stops an offer on any of them, each comes to something, none waits for a mandate, and none shares a cap with others. */
  async #isPlain(tx: Tx, weighed: readonly Weighed[]): Promise<boolean> {
    const isPlain = weighed.every(({ claim, assessment, grossMinor }) => claim.mandateId === null && grossMinor > 0n && !this.awards.usesCaps(assessment, grossMinor));
    return isPlain && (await this.awards.heldOf(tx, weighed.map(({ claim }) => claim.id))).size === 0;
  }

  /** One note stands beside all of them. */
  #note(tx: Tx, [first]: readonly ReadyVerdict[]): Promise<string | undefined> {
    const note = first?.verdict.note;
    return note === undefined ? Promise.resolve(undefined) : this.audit.keepText(tx, note);
  }
}

