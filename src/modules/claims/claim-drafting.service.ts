import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Money } from '../../core/money/index.js';
import { recordedTimeline } from '../../core/policy/index.js';
import { formatInstant, HOUR, type Interval } from '../../core/time/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { actorName, EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { SalesSets } from '../evidence/index.js';
import { Duties } from '../identity/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries, type ReadyPolicy } from '../policies/index.js';
import { SchemeQueries, type SchemeFacts } from '../schemes/index.js';
import { checkAnswers, type Answers } from './answers.rules.js';
import { claimDrafted } from './claims.events.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { ClaimsRepository } from './claims.repository.js';
import type { ClaimRow } from './views/claim-row.js';
import { referenceOf } from './reference.rules.js';
import { claimView, type ClaimView } from './views/claim-view.js';

export interface NewDraft {
  readonly schemeId: string;
  readonly siteId: string;
  /** Left out: all services of the scheme. */
  readonly services?: readonly string[];
  readonly window: Interval;
  readonly declaredLoss?: Money;
  readonly answers: Answers;
}

export type DraftChange = Partial<Omit<NewDraft, 'schemeId' | 'siteId'>>;

const LONGEST_DAYS = 366;

/** Drafts: everything may still change, nothing is promised, and what can be said to be wrong is said at once. */
@Injectable()
export class ClaimDrafting {
  constructor(
    private readonly work: UnitOfWork,
    private readonly claims: ClaimsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly schemes: SchemeQueries,
    private readonly policies: PolicyQueries,
    private readonly register: RegisterQueries,
    private readonly sites: MerchantQueries,
    private readonly duties: Duties,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
    private readonly sales: SalesSets,
    private readonly clock: Clock,
  ) {}

  create(ctx: Context, draft: NewDraft): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const site = await this.sites.siteFacts(tx, draft.siteId);
      if (site === undefined || !mayFor(ctx.actor, 'claim.file', site.merchantId)) return refuse('merchants.site_not_found');
      const scheme = await this.schemes.get(tx, draft.schemeId);
      if (!scheme.ok) return scheme;
      const services = [...new Set(draft.services ?? scheme.value.services)].sort();
      const checked = await this.#check(tx, scheme.value, { ...draft, services });
      if (!checked.ok) return checked;
      const { head, currency } = checked.value.resolved.document;
      const claim = await this.claims.insert(tx, {
        reference: referenceOf(randomBytes(5)), schemeId: draft.schemeId, siteId: draft.siteId, merchantId: site.merchantId, head, currency, services,
        window: draft.window, declaredMinor: draft.declaredLoss?.minor, answers: draft.answers, createdBy: actorName(ctx.actor), createdAt: this.clock.now(),
      });
      await this.duties.note(tx, claim.id, userIdOf(ctx.actor), 'filer');
      await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action: 'claim.drafted', data: { schemeId: draft.schemeId, siteId: draft.siteId }, isNew: true });
      await this.events.append(tx, ctx, claimDrafted(claim.merchantId, claim.id));
      return ok(claimView(claim));
    });
  }

  edit(ctx: Context, id: string, version: number, change: DraftChange): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.#draft(tx, ctx, id, version);
      if (!claim.ok) return claim;
      const saved = await this.change(tx, claim.value, change);
      if (!saved.ok) return saved;
      await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id }, action: 'claim.draft_changed', data: { fields: Object.keys(change) } });
      return ok(claimView(saved.value));
    });
  }

  /** Checks what a claim would be after a change, and stores it; the caller holds the lock and has asked who may. */
  async change(tx: Tx, claim: ClaimRow, change: DraftChange): Promise<Result<ClaimRow>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    const wanted = {
      services: [...new Set(change.services ?? claim.services)].sort(), window: change.window ?? claim.window,
      answers: { ...claim.answers, ...change.answers },
      ...(change.declaredLoss === undefined ? {} : { declaredLoss: change.declaredLoss }),
    };
    const checked = await this.#check(tx, scheme.value, wanted);
    if (!checked.ok) return checked;
    const declaredMinor = change.declaredLoss?.minor ?? (claim.declaredMinor === null ? undefined : BigInt(claim.declaredMinor));
    return ok(await this.claims.saveDraft(tx, claim, { ...wanted, declaredMinor }));
  }

  discard(ctx: Context, id: string, version: number): Promise<Result<null>> {
    return this.work.run(ctx, async (tx): Promise<Result<null>> => {
      const claim = await this.#draft(tx, ctx, id, version);
      if (!claim.ok) return claim;
      await this.sales.discard(tx, id);
      await this.claims.deleteDraft(tx, id);
      await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id }, action: 'claim.discarded', data: {} });
      return ok(null);
    });
  }

  async #draft(tx: Tx, ctx: Context, id: string, version: number): Promise<Result<ClaimRow>> {
    const claim = await this.lifecycle.locked(tx, id);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
    if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
    return claim.value.state === 'draft' ? claim : refuse('claims.not_draft', { state: claim.value.state });
  }

  async #check(tx: Tx, scheme: SchemeFacts, draft: Omit<NewDraft, 'schemeId' | 'siteId'> & { services: readonly string[] }): Promise<Result<ReadyPolicy>> {
    const { window, declaredLoss } = draft;
    const now = this.clock.now();
    if (now < scheme.opensAt || now >= scheme.graceEndsAt) {
      return refuse('claims.scheme_not_open', { opensAt: formatInstant(scheme.opensAt), closesAt: formatInstant(scheme.closesAt) });
    }
    const foreign = draft.services.find((service) => !scheme.services.includes(service));
    if (foreign !== undefined) return refuse('claims.service_not_covered', { service: foreign, covered: [...scheme.services] }, { pointer: '/services' });
    if (window.to - window.from > LONGEST_DAYS * 24 * HOUR) return refuse('claims.window_too_long', { limitDays: LONGEST_DAYS }, { pointer: '/window' });
    if (window.to > now) return refuse('claims.window_in_future', { to: formatInstant(window.to) }, { pointer: '/window/to' });
    if (declaredLoss !== undefined && declaredLoss.currency !== scheme.currency) {
      return refuse('claims.currency_differs', { currency: scheme.currency }, { pointer: '/declaredLoss/currency' });
    }
    const recorded = await this.#isRecorded(tx, draft.services, window);
    if (!recorded) return refuse('claims.window_not_recorded', { from: formatInstant(window.from), to: formatInstant(window.to) }, { pointer: '/window' });
    const policy = await this.policies.effective(tx, scheme.policyKey, window.from);
    if (!policy.ok) return policy;
    const answers = checkAnswers(draft.answers, policy.value.resolved.document);
    return answers.ok ? policy : answers;
  }

  /** The register says something (if only "up") about some of the window. */
  async #isRecorded(reader: Reader, services: readonly string[], window: Interval): Promise<boolean> {
    const { outages } = await this.register.facts(reader, { services, span: window });
    return recordedTimeline({ claim: { services }, enrolments: [], outages }, window).length > 0;
  }
}
