import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { isAllowed } from '../../../platform/access/permissions.js';
import { isStaff, mayFor, visibleMerchants } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import { WriteOffDesk } from '../repair/write-off-desk.service.js';
import { namedOverpayment, overpaymentDetail, overpaymentView, type NamedOverpayment, type OverpaymentDetail, type OverpaymentView } from '../views/overpayment-view.js';
import { OverpaymentsRepository, type OverpaymentListing, type PlacedRepayment } from './overpayments.repository.js';
import { hintsIn } from './repayment-hints.rules.js';

/** Reads what has to come back: finance all of it, a business its own. */
@Injectable()
export class OverpaymentQueries {
  constructor(private readonly database: Database, private readonly overpayments: OverpaymentsRepository, private readonly desk: WriteOffDesk) {}

  /** Newest first. */
  async page({ actor }: Context, { state, before, limit }: { state?: OverpaymentListing; before?: string; limit: number }): Promise<Page<OverpaymentView>> {
    const merchantIds = isStaff(actor) && isAllowed(actor, 'payout.read') ? undefined : visibleMerchants(actor, 'payee.read') ?? [];
    const rows = await this.overpayments.list(this.database.reader, {
      limit: limit + 1, ...(merchantIds === undefined ? {} : { merchantIds }), ...(state === undefined ? {} : { state }), ...(before === undefined ? {} : { before }),
    });
    const page = pageOf(rows, limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(overpaymentView) };
  }

  /** Code: `payouts.not_found`, also of somebody else's. */
  async get({ actor }: Context, id: string): Promise<Result<OverpaymentDetail>> {
    const { reader } = this.database;
    const row = await this.overpayments.find(reader, id);
    if (row === undefined || !(mayFor(actor, 'payout.read', row.merchantId) || mayFor(actor, 'payee.read', row.merchantId))) return refuse('payouts.not_found');
    const staff = mayFor(actor, 'payout.read', row.merchantId);
    return ok(overpaymentDetail(row, await this.overpayments.entries(reader, id), staff ? await this.desk.of(reader, { overpaymentId: id }) : undefined));
  }

  /** Those that these words name by their claim or by themselves, in the currency of the account, and of which something is owed or to be booked on it; for staff. */
  async named(payingAccountId: string, words: readonly string[]): Promise<NamedOverpayment[]> {
    return (await this.overpayments.named(this.database.reader, payingAccountId, hintsIn(words))).map(namedOverpayment);
  }

  /** What the money of a break has paid back, in the order in which it was placed; for staff. */
  placedFrom(breakId: string): Promise<PlacedRepayment[]> {
    return this.overpayments.placedFrom(this.database.reader, breakId);
  }

  /** Of a claim, newest first; for whoever was let see the claim. */
  async ofClaim(claimId: string): Promise<OverpaymentView[]> {
    return (await this.overpayments.ofClaim(this.database.reader, claimId)).map(overpaymentView);
  }
}
