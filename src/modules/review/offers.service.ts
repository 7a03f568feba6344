import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ClaimLifecycle, claimView, Entitlements, type ClaimRow, type ClaimView } from '../claims/index.js';
import { SchemeQueries, type SchemeFacts } from '../schemes/index.js';
import { Awards } from './awards.service.js';
import { ObjectionFiling, type NewObjection } from './objections/objection-filing.service.js';
import { OfferStops } from './offers/offer-stops.service.js';

export interface Acceptance {
  /** SHA-256 of the terms as they were shown. */
  readonly termsHash: string;
  /** Of the release, when the scheme has one; never on account. */
  readonly releaseHash?: string;
}

type Answer = 'accept' | 'accept_on_account' | 'decline';

/**
 * Answers of the signatory to an offer: the whole of it, against the words that were shown; on account, with an objection for the rest; or none. Whoever accepts has shown in the last
 * five minutes that it is them (`identity.proof_needed`); asked last, so that nobody proves it for what would be refused all the same.
 */
@Injectable()
export class Offers {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly entitlements: Entitlements,
    private readonly schemes: SchemeQueries,
    private readonly awards: Awards,
    private readonly stops: OfferStops,
    private readonly filing: ObjectionFiling,
  ) {}

  acceptInFull(ctx: Context, claimId: string, entitlementNo: number, version: number, acceptance: Acceptance): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const offer = await this.#offer(tx, ctx, claimId, entitlementNo, version, 'accept');
      if (!offer.ok) return offer;
      const { claim, scheme } = offer.value;
      const shown = isShown(scheme, acceptance);
      const release = acceptance.releaseHash;
      const releases = scheme.texts.filter(({ kind }) => kind === 'release');
      const released = releases.length === 0 ? release === undefined : releases.some(({ hash }) => hash === release);
      if (!shown || !released) return refuse('review.terms_differ', {}, { pointer: shown ? '/releaseHash' : '/termsHash' });
      await this.entitlements.accept(tx, claim, entitlementNo, { kind: 'in_full', termsHash: acceptance.termsHash, releaseHash: release, by: userIdOf(ctx.actor) });
      return viewed(await this.lifecycle.apply(tx, ctx, claim, { event: 'accept', data: { entitlement: entitlementNo, termsHash: acceptance.termsHash } }));
    });
  }

  /** Paid now, nothing released, and an objection for the rest is opened with it. */
  acceptOnAccount(ctx: Context, claimId: string, entitlementNo: number, version: number, taken: { readonly termsHash: string; readonly objection: NewObjection }): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const offer = await this.#offer(tx, ctx, claimId, entitlementNo, version, 'accept_on_account');
      if (!offer.ok) return offer;
      const { claim, scheme } = offer.value;
      const { termsHash, objection } = taken;
      if (!isShown(scheme, taken)) return refuse('review.terms_differ', {}, { pointer: '/termsHash' });
      await this.entitlements.accept(tx, claim, entitlementNo, { kind: 'on_account', termsHash, releaseHash: undefined, by: userIdOf(ctx.actor) });
      const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'accept_on_account', data: { entitlement: entitlementNo, termsHash } });
      return moved.ok ? viewed(await this.filing.fileIn(tx, ctx, moved.value, objection, true)) : moved;
    });
  }

  decline(ctx: Context, claimId: string, entitlementNo: number, version: number): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const offer = await this.#offer(tx, ctx, claimId, entitlementNo, version, 'decline');
      if (!offer.ok) return offer;
      const { claim } = offer.value;
      const moved = await this.lifecycle.apply(tx, ctx, claim, { event: 'decline', data: { entitlement: entitlementNo } });
      if (!moved.ok) return moved;
      await this.awards.release(tx, ctx, claim);
      return viewed(moved);
    });
  }

  async #offer(tx: Tx, ctx: Context, claimId: string, entitlementNo: number, version: number, event: Answer): Promise<Result<{ claim: ClaimRow; scheme: SchemeFacts }>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'offer.accept', claim.value.merchantId)) return refuse('claims.not_found');
    if (claim.value.version !== version) return refuse('http.stale', { seen: version, current: claim.value.version });
    const allowed = this.lifecycle.decide(ctx, claim.value, { event });
    if (!allowed.ok) return allowed;
    const latest = await this.entitlements.latest(tx, claimId);
    if (latest?.n !== entitlementNo) return refuse('review.offer_not_found');
    const clear = await this.stops.clear(tx, ctx, claim.value, event !== 'decline');
    if (!clear.ok) return clear;
    const scheme = await this.schemes.get(tx, claim.value.schemeId);
    return scheme.ok ? ok({ claim: claim.value, scheme: scheme.value }) : scheme;
  }
}

const isShown = ({ texts }: SchemeFacts, { termsHash }: Pick<Acceptance, 'termsHash'>): boolean => texts.some(({ kind, hash }) => kind === 'terms' && hash === termsHash);

const viewed = (moved: Result<ClaimRow>): Result<ClaimView> => (moved.ok ? ok(claimView(moved.value)) : moved);
