import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency } from '../../core/money/index.js';
import { mayFor, userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { type Permitting, type TillSubject } from '../evidence/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { MandateQueries } from '../agents/index.js';
import { Members } from '../identity/index.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { EvidenceKindsOfPolicy } from './evidence-kinds.service.js';
import { ClaimsRepository } from './claims.repository.js';
import type { ClaimRow } from './views/claim-row.js';

/** Somebody's way in to the sales of one claim. */
export interface SalesWay {
  readonly claim: ClaimRow;
  readonly subject: TillSubject;
  /** Asked again where it counts: in the transaction of the change, with the claim held. */
  readonly permitting: Permitting;
}

/** On whose behalf a device or a job acts. */
export interface SalesDelegate {
  readonly uploadedBy: string;
  readonly handoverId?: string;
}

/** Who may bring sales to a claim, and until when: evidence keeps them, the claim says whose they are and when they may still change. */
@Injectable()
export class SalesDoor {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly sites: MerchantQueries,
    private readonly policy: EvidenceKindsOfPolicy,
    private readonly members: Members,
    private readonly mandates: MandateQueries,
  ) {}

  async open(ctx: Context, claimId: string, delegate?: SalesDelegate): Promise<Result<SalesWay>> {
    const claim = await this.#mayBring(this.database.reader, ctx, await this.claims.find(this.database.reader, claimId), delegate);
    if (!claim.ok) return claim;
    const { merchantId, siteId } = claim.value;
    const site = await this.sites.siteFacts(this.database.reader, siteId);
    if (site === undefined) throw new TypeError(`site ${siteId} does not exist`);
    const countsIn = await this.policy.salesBasis(this.database.reader, claim.value);
    return ok({
      claim: claim.value,
      subject: { subjectId: claimId, merchantId, siteId, currency: currency(claim.value.currency), zone: site.site.zone,
        ...(countsIn === undefined ? {} : { countsIn }), ...(delegate ?? { uploadedBy: userIdOf(ctx.actor) }) },
      permitting: async (tx) => this.#mayBring(tx, ctx, await this.claims.lock(tx, claimId), delegate),
    });
  }

  /** Whoever acts for somebody may do no more than they may now: not for one who has left the business, or whose mandate has ended. */
  async #mayBring(reader: Reader, ctx: Context, claim: ClaimRow | undefined, delegate: SalesDelegate | undefined): Promise<Result<ClaimRow>> {
    const open = await this.mayChange(reader, ctx, claim);
    if (!open.ok || delegate === undefined) return open;
    const { merchantId } = open.value;
    const acts = await this.members.isMember(reader, { userId: delegate.uploadedBy, merchantId }) || await this.mandates.actingFor(delegate.uploadedBy, merchantId) !== undefined;
    return acts ? open : refuse('claims.not_found');
  }

  async visible(ctx: Context, asked: string | ClaimRow): Promise<Result<ClaimRow>> {
    const claim = typeof asked === 'string' ? await this.claims.find(this.database.reader, asked) : asked;
    return claim === undefined || !mayFor(ctx.actor, 'claim.read', claim.merchantId) ? refuse('claims.not_found') : ok(claim);
  }

  mayChange(reader: Reader, ctx: Context, claim: ClaimRow | undefined): Promise<Result<ClaimRow>> {
    return this.lifecycle.takesSales(reader, ctx, claim);
  }
}
