import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { formatMoney, money, type Money } from '../../../core/money/index.js';
import { HOUR, type Instant } from '../../../core/time/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimLifecycle, Entitlements, type ClaimRow } from '../../claims/index.js';
import { MerchantQueries } from '../../merchants/index.js';
import { HEARING_DAYS, type ReductionReason } from './holds.rules.js';
import { ReductionLetters } from './reduction-letters.service.js';
import { ReductionsRepository, type ReductionRow } from './reductions.repository.js';

export interface ReductionProposal {
  /** What it comes to in all; left out: nothing. */
  readonly amount?: Money;
  readonly reason: ReductionReason;
  readonly text: string;
  readonly withoutHearing: boolean;
}

/** What stands as granted on a claim that could be reduced. */
export interface Reducible {
  readonly claim: ClaimRow;
  readonly latest: NonNullable<Awaited<ReturnType<Entitlements['latest']>>>;
}

/** Proposals to lower what was granted: by one person, told to the owners, who are heard before another decides. */
@Injectable()
export class Reductions {
  constructor(
    private readonly lifecycle: ClaimLifecycle, private readonly entitlements: Entitlements, private readonly sites: MerchantQueries, private readonly reductions: ReductionsRepository,
    private readonly letters: ReductionLetters, private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** The claim under its lock, in a state in which it can be reduced. Codes: `machine.not_allowed`, `review.reduction_not_found` where nothing was granted. */
  async reducible(tx: Tx, ctx: Context, id: string, version: number): Promise<Result<Reducible>> {
    const claim = await this.lifecycle.locked(tx, id, version);
    if (!claim.ok) return claim;
    const allowed = this.lifecycle.decide(ctx, claim.value, { event: 'reduce', to: claim.value.state });
    if (!allowed.ok) return allowed;
    const latest = await this.entitlements.latest(tx, id);
    return latest === undefined ? refuse('review.reduction_not_found') : ok({ claim: claim.value, latest });
  }

  async propose(tx: Tx, ctx: Context, { claim, latest }: Reducible, { amount, reason, text, withoutHearing }: ReductionProposal): Promise<Result<number>> {
    const after = amount ?? money(0n, latest.gross.currency);
    if (withoutHearing && reason !== 'fraud_found') return refuse('review.reduction_not_waivable', {}, { pointer: '/withoutHearing' });
    if (after.currency !== latest.gross.currency || after.minor < 0n || after.minor >= latest.gross.minor) {
      return refuse('review.reduction_not_lower', { granted: formatMoney(latest.gross), currency: latest.gross.currency }, { pointer: '/amount' });
    }
    const at = this.clock.now();
    const heardUntil = (withoutHearing ? at : at + HEARING_DAYS * 24 * HOUR) as Instant;
    const letterIds = withoutHearing ? [] : await this.letters.proposed(tx, claim, { before: latest.gross, after, reason, text });
    const zone = (await this.sites.siteNames(tx, [claim.siteId])).get(claim.siteId)?.zone ?? 'UTC';
    const textDigest = await this.audit.keepText(tx, text);
    const n = await this.reductions.propose(tx, {
      claimId: claim.id, merchantId: claim.merchantId, entitlementNo: latest.n, toMinor: after.minor, currency: after.currency, reason, textDigest, by: userIdOf(ctx.actor), at, heardUntil, waived: withoutHearing, letterIds, zone,
    });
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action: 'claim.reduction_proposed', data: { n, reason, toMinor: String(after.minor), textDigest, withoutHearing } });
    return ok(n);
  }

  /** Code: `review.reduction_not_found`. */
  async find(tx: Tx, claimId: string, n: number): Promise<Result<ReductionRow>> {
    const row = (await this.reductions.of(tx, claimId)).find((one) => one.n === n);
    return row === undefined ? refuse('review.reduction_not_found') : ok(row);
  }
}
