import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { actorName } from '../../platform/events/event-log.js';
import type { Answers } from './answers.rules.js';
import { ClaimClashes } from './claim-clashes.service.js';
import { ClaimDrafting, type DraftChange } from './claim-drafting.service.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import type { ClaimState } from './claim.machine.js';
import { DraftRecords } from './draft-records.service.js';
import { FilingReadiness, type FilingEvent } from './filing-readiness.service.js';
import { ClaimsRepository } from './claims.repository.js';
import type { ClaimRow } from './views/claim-row.js';
import { claimView, type ClaimView } from './views/claim-view.js';

export interface Declarations {
  /** What the claim says is true to the best of the filer's knowledge. */
  readonly isTrue: boolean;
  /** Whether the loss was paid or claimed elsewhere; either answer is taken, none is not. */
  readonly paidElsewhere: boolean;
  /** By whom or with whom, and how much: kept apart from the claim version, which carries its digest. */
  readonly elsewhereDetails?: string;
}

/** Filing: the answers are frozen, the time is taken, and an assessment is on its way; all in one transaction, or nothing. */
@Injectable()
export class ClaimSubmission {
  constructor(
    private readonly work: UnitOfWork,
    private readonly claims: ClaimsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly drafting: ClaimDrafting,
    private readonly readiness: FilingReadiness,
    private readonly records: DraftRecords,
    private readonly clashes: ClaimClashes,
  ) {}

  async submit(ctx: Context, id: string, version: number, declarations: Declarations): Promise<Result<ClaimView>> {
    return declarations.isTrue ? this.#file(ctx, id, version, 'submit', declarations) : NOT_DECLARED;
  }

  /** The same claim, filed again with what has changed, before anybody has opened it. */
  async amend(ctx: Context, id: string, version: number, declarations: Declarations, change: DraftChange): Promise<Result<ClaimView>> {
    return declarations.isTrue ? this.#file(ctx, id, version, 'amend', declarations, change) : NOT_DECLARED;
  }

  /** What the operator opened, filed as the merchant sees it. What was granted on it stays granted, and reserved. */
  async correct(ctx: Context, id: string, version: number, declarations: Declarations, change: DraftChange): Promise<Result<ClaimView>> {
    return declarations.isTrue ? this.#file(ctx, id, version, 'correct', declarations, change) : NOT_DECLARED;
  }

  /** Files what the operator drafted; nobody has declared anything. */
  async openIn(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<ClaimRow>> {
    const decided = this.lifecycle.decide(ctx, claim, { event: 'submit' });
    return decided.ok ? this.#freeze(tx, ctx, claim, { event: 'submit', to: decided.value }) : decided;
  }

  /** As `submit`, in the caller's transaction; who files by the thousand is not written to by the thousand. */
  async submitIn(tx: Tx, ctx: Context, claim: ClaimRow, declarations: Declarations): Promise<Result<ClaimRow>> {
    if (!declarations.isTrue) return NOT_DECLARED;
    const decided = this.lifecycle.decide(ctx, claim, { event: 'submit' });
    return decided.ok ? this.#freeze(tx, ctx, claim, { event: 'submit', to: decided.value, declarations }) : decided;
  }

  /** What staff asked for has come, in the transaction of the caller, who holds the claim: frozen as the next version, under the declarations of before. */
  async answerIn(tx: Tx, ctx: Context, claim: ClaimRow, answers: Answers, data: object): Promise<Result<ClaimRow>> {
    const decided = this.lifecycle.decide(ctx, claim, { event: 'answer' });
    if (!decided.ok) return decided;
    const free = await this.records.answeredBy(tx, ctx, claim.id);
    if (!free.ok) return free;
    const before = await this.claims.filedVersion(tx, claim.id, claim.claimVersion);
    const current = Object.keys(answers).length === 0 ? ok(claim) : await this.drafting.reanswer(tx, claim, answers);
    if (!current.ok) return current;
    const declared = before?.frozen.declarations === undefined ? {} : { declarations: before.frozen.declarations };
    return this.#freeze(tx, ctx, current.value, { event: 'answer', to: decided.value, frozen: declared, data });
  }

  async #file(ctx: Context, id: string, version: number, event: FilingEvent, declarations: Declarations, change?: DraftChange): Promise<Result<ClaimView>> {
    const filed = await this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, id);
      if (!claim.ok) return claim;
      if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
      const decided = this.lifecycle.decide(ctx, claim.value, { event });
      if (!decided.ok) return decided;
      if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
      const current = change === undefined ? claim : await this.drafting.change(tx, claim.value, change);
      if (!current.ok) return current;
      const after = await this.#freeze(tx, ctx, current.value, { event, to: decided.value, declarations });
      if (after.ok) await this.records.received(tx, ctx, after.value);
      return after.ok ? ok(claimView(after.value)) : after;
    });
    return filed.ok ? filed : { ok: false, refusal: await this.clashes.named(ctx, id, filed.refusal) };
  }

  async #freeze(tx: Tx, ctx: Context, claim: ClaimRow, filing: Filing): Promise<Result<ClaimRow>> {
    const ready = await this.readiness.check(tx, ctx, claim, filing.event);
    if (!ready.ok) return ready;
    const declared = filing.declarations === undefined ? filing.frozen : { declarations: await this.records.declared(tx, filing.declarations) };
    const after = await this.claims.file(tx, claim, {
      to: filing.to, frozen: { ...frozenOf(claim), ...declared, salesSetId: ready.value.salesSetId ?? null, policyVersionId: ready.value.policyVersionId, evidence: ready.value.evidence },
      occupied: ready.value.occupied, by: actorName(ctx.actor), at: this.records.now(), late: ready.value.late,
    });
    await this.records.filedBy(tx, ctx, claim);
    await this.lifecycle.record(tx, ctx, claim, after, { event: filing.event, data: { ...filing.data, claimVersion: after.claimVersion, late: after.late } });
    return ok(after);
  }
}

interface Filing {
  readonly event: FilingEvent;
  readonly to: ClaimState;
  readonly declarations?: Declarations;
  /** What the version carries beside what every one does. */
  readonly frozen?: object;
  /** What the audit entry says beside what every one does. */
  readonly data?: object;
}

const NOT_DECLARED = refuse('claims.declarations_missing', {}, { pointer: '/declarations/isTrue' });

const frozenOf = ({ services, window, declaredMinor, currency, answers }: ClaimRow): object => ({ services, window, declaredMinor, currency, answers });
