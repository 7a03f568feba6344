import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Money } from '../../core/money/index.js';
import type { Interval } from '../../core/time/index.js';
import { mandateOf, mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { actorName } from '../../platform/events/event-log.js';
import { EvidenceFiling } from '../evidence/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { mergedAnswers, type Answers } from './answers.rules.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { ClaimsRepository } from './claims.repository.js';
import { DraftChecks } from './draft-checks.service.js';
import { DraftRecords } from './draft-records.service.js';
import { referenceOf } from './reference.rules.js';
import { claimView, type ClaimView } from './views/claim-view.js';
import type { ClaimRow } from './views/claim-row.js';

export interface NewDraft {
  readonly schemeId: string;
  readonly siteId: string;
  /** Leaves, or services whose leaves are meant; left out: all services of the scheme. */
  readonly services?: readonly string[];
  readonly window: Interval;
  readonly declaredLoss?: Money;
  readonly answers: Answers;
}

export type DraftChange = Partial<Omit<NewDraft, 'schemeId' | 'siteId'>>;

/** Drafts: everything may still change, nothing is promised, and what can be said to be wrong is said at once. */
@Injectable()
export class ClaimDrafting {
  constructor(
    private readonly work: UnitOfWork,
    private readonly claims: ClaimsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly sites: MerchantQueries,
    private readonly checks: DraftChecks,
    private readonly records: DraftRecords,
    private readonly evidence: EvidenceFiling,
  ) {}

  create(ctx: Context, draft: NewDraft): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.begin(tx, ctx, draft);
      return claim.ok ? ok(claimView(claim.value)) : claim;
    });
  }

  /** As `create`, in the caller's transaction; `filingId`: what it is filled in together with. What a job begins is the operator's. */
  async begin(tx: Tx, ctx: Context, draft: NewDraft, filingId: string = randomUUID()): Promise<Result<ClaimRow>> {
    const site = await this.sites.siteFacts(tx, draft.siteId);
    if (site === undefined || !mayFor(ctx.actor, 'claim.file', site.merchantId)) return refuse('merchants.site_not_found');
    const scheme = await this.checks.scheme(tx, draft.schemeId);
    if (!scheme.ok) return scheme;
    const services = await this.checks.leaves(tx, scheme.value, draft.services ?? scheme.value.services);
    const checked = await this.checks.check(tx, scheme.value, { ...draft, services });
    if (!checked.ok) return checked;
    const { head, currency } = checked.value.resolved.document;
    const claim = await this.claims.insert(tx, {
      reference: referenceOf(randomBytes(5)), schemeId: draft.schemeId, siteId: draft.siteId, merchantId: site.merchantId, head, currency, services,
      window: draft.window, declaredMinor: draft.declaredLoss?.minor, answers: draft.answers, createdBy: actorName(ctx.actor), createdAt: this.records.now(),
      mandateId: mandateOf(ctx.actor, site.merchantId), origin: ctx.actor.kind === 'system' ? 'operator' : 'merchant',
    });
    await this.records.drafted(tx, ctx, claim, { filingId, policyVersionId: checked.value.id });
    return ok(claim);
  }

  edit(ctx: Context, id: string, version: number, change: DraftChange): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const saved = await this.editIn(tx, ctx, id, version, change);
      return saved.ok ? ok(claimView(saved.value)) : saved;
    });
  }

  /** As `edit`, in the caller's transaction. */
  async editIn(tx: Tx, ctx: Context, id: string, version: number, change: DraftChange): Promise<Result<ClaimRow>> {
    const claim = await this.#draft(tx, ctx, id, version);
    if (!claim.ok) return claim;
    const saved = await this.change(tx, claim.value, change);
    if (!saved.ok) return saved;
    await this.records.filedBy(tx, ctx, claim.value);
    await this.records.changed(tx, ctx, id, 'claim.draft_changed', { fields: Object.keys(change) });
    return saved;
  }

  /** Checks what a claim would be after a change, and stores it; the caller holds the lock and has asked who may. */
  async change(tx: Tx, claim: ClaimRow, change: DraftChange): Promise<Result<ClaimRow>> {
    const scheme = await this.checks.scheme(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    const wanted = {
      services: await this.checks.leaves(tx, scheme.value, change.services ?? claim.services), window: change.window ?? claim.window,
      answers: mergedAnswers(claim.answers, change.answers ?? {}),
      ...(change.declaredLoss === undefined ? {} : { declaredLoss: change.declaredLoss }),
    };
    const checked = await this.checks.check(tx, scheme.value, wanted);
    if (!checked.ok) return checked;
    const declaredMinor = change.declaredLoss?.minor ?? (claim.declaredMinor === null ? undefined : BigInt(claim.declaredMinor));
    return ok(await this.claims.saveDraft(tx, claim, { ...wanted, declaredMinor }));
  }

  /** As `change`, of the answers alone: who was asked for them is heard when the scheme has closed meanwhile, too. */
  async reanswer(tx: Tx, claim: ClaimRow, answers: Answers): Promise<Result<ClaimRow>> {
    const merged = mergedAnswers(claim.answers, answers);
    const checked = await this.checks.answers(tx, claim, merged);
    if (!checked.ok) return checked;
    const { services, window, declaredMinor } = claim;
    return ok(await this.claims.saveDraft(tx, claim, { services, window, answers: merged, declaredMinor: declaredMinor === null ? undefined : BigInt(declaredMinor) }));
  }

  discard(ctx: Context, id: string, version: number): Promise<Result<null>> {
    return this.work.run(ctx, async (tx): Promise<Result<null>> => {
      const claim = await this.#draft(tx, ctx, id, version);
      if (!claim.ok) return claim;
      return ok(await this.throwAway(tx, ctx, id));
    });
  }

  /** Deletes a draft, in the transaction of a caller who holds it and has asked who may. */
  async throwAway(tx: Tx, ctx: Context, id: string): Promise<null> {
    await this.evidence.discard(tx, ctx, id);
    await this.claims.deleteDraft(tx, id);
    await this.records.changed(tx, ctx, id, 'claim.discarded', {});
    return null;
  }

  async #draft(tx: Tx, ctx: Context, id: string, version: number): Promise<Result<ClaimRow>> {
    const claim = await this.lifecycle.locked(tx, id);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
    if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
    return claim.value.state === 'draft' ? claim : refuse('claims.not_draft', { state: claim.value.state });
  }
}
