import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { mayFor, visibleMerchants } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import { CLAIM_HOLD_KINDS, ClaimQueries, shownHold } from '../../claims/index.js';
import { OverpaymentQueries } from '../overpayments/overpayment-queries.service.js';
import { PaymentLinesRepository } from '../payment-lines.repository.js';
import { AccountRequestsRepository } from '../account-requests.repository.js';
import type { PaymentStatus } from '../payment-status.rules.js';
import { claimPaymentView, statusOf, type ClaimPaymentsView, type ClaimPaymentView } from '../views/claim-payment-view.js';
import { moneyView } from '../views/payout-view.js';
import { ClaimPaymentsRepository } from './claim-payments.repository.js';
import { ReturnSentences } from './return-sentences.service.js';

/** Where the money of an accepted claim stands, and what its business has to do about its account before anything can be paid. */
export interface MoneyStanding {
  readonly status: PaymentStatus;
  readonly account?: 'name_account' | 'correct_account';
}

/** Payments as the business they go to sees them. */
@Injectable()
export class ClaimPayments {
  constructor(
    private readonly database: Database, private readonly claims: ClaimQueries, private readonly payments: ClaimPaymentsRepository, private readonly lines: PaymentLinesRepository,
    private readonly overpayments: OverpaymentQueries, private readonly sentences: ReturnSentences, private readonly requests: AccountRequestsRepository,
  ) {}

  /** Code: `claims.not_found`, also of somebody else's. */
  async of(ctx: Context, claimId: string): Promise<Result<ClaimPaymentsView>> {
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const { reader } = this.database;
    const [rows, due, owed, method] = await Promise.all([this.payments.of(reader, [claimId]), this.payments.due(reader, [claimId]), this.overpayments.ofClaim(claimId), this.payments.method(reader, claimId)]);
    const waits = due.has(claimId) || rows.some(({ state }) => state === 'pending');
    return ok({
      status: statusOf(rows, due.has(claimId)), method, items: rows.map((row) => claimPaymentView(row, mayFor(ctx.actor, 'payee.read', row.merchantId))), ...(due.has(claimId) ? { due: moneyView(due.get(claimId) ?? 0n, claim.value.currency) } : {}),
      stoppedBy: waits ? shownBlocks(await this.lines.blocksOn(reader, claimId)) : [], owed,
    });
  }

  /** In few words, for lists of accepted claims. The caller was let see them. */
  async standings(claimIds: readonly string[]): Promise<ReadonlyMap<string, MoneyStanding>> {
    if (claimIds.length === 0) return new Map();
    const { reader } = this.database;
    const [rows, due, lacking, wrong] = await Promise.all([
      this.payments.of(reader, claimIds), this.payments.due(reader, claimIds), this.requests.lacking(reader, claimIds), this.requests.wrong(reader, claimIds),
    ]);
    const byClaim = Map.groupBy(rows, ({ claimId }) => claimId);
    return new Map(claimIds.map((id) => {
      const account = lacking.includes(id) ? 'name_account' : wrong.includes(id) ? 'correct_account' : undefined;
      return [id, { status: statusOf(byClaim.get(id) ?? [], due.has(id)), ...(account === undefined ? {} : { account }) }];
    }));
  }

  /** Of all businesses of the reader, newest first. */
  async page({ actor }: Context, { before, limit }: { before?: string; limit: number }): Promise<Page<ClaimPaymentView>> {
    const rows = await this.payments.ofMerchants(this.database.reader, visibleMerchants(actor, 'claim.read') ?? [], { limit: limit + 1, ...(before === undefined ? {} : { before }) });
    const page = pageOf(rows, limit, ({ lineId }) => [lineId]);
    return { ...page, items: page.items.map((row) => claimPaymentView(row, mayFor(actor, 'payee.read', row.merchantId))) };
  }

  /** What the business reads about a payment that came back. */
  sentence(...asked: Parameters<ReturnSentences['worded']>): string {
    return this.sentences.worded(...asked);
  }
}

/** What is only suspected is told to nobody: a business reads that somebody is looking. */
const shownBlocks = (blocks: readonly string[]): string[] => [...new Set(blocks.map((block) => {
  const kind = CLAIM_HOLD_KINDS.find((one) => one === block);
  return kind === undefined ? block : shownHold(kind);
}))];
