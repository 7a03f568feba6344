import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import type { BatchState } from './payout-batch.machine.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import { batchDetail, batchView, lineView, type BatchDetail, type BatchView, type LineView } from './views/payout-view.js';

const MOST_DROPS = 200;

/** Reads batches and payments. */
@Injectable()
export class PayoutQueries {
  constructor(private readonly database: Database, private readonly batches: PayoutBatchesRepository, private readonly lines: PaymentLinesRepository) {}

  async page(wanted: { fundId?: string; state?: BatchState; before?: string; limit: number }): Promise<Page<BatchView>> {
    const rows = await this.batches.list(this.database.reader, { ...wanted, limit: wanted.limit + 1 });
    const page = pageOf(rows, wanted.limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(batchView) };
  }

  async get(id: string): Promise<Result<BatchDetail>> {
    const row = await this.batches.find(this.database.reader, id);
    if (row === null) return refuse('payouts.not_found');
    return ok(batchDetail(row, {
      totals: await this.lines.totals(this.database.reader, id), approvals: await this.batches.approvals(this.database.reader, id),
      drops: await this.batches.drops(this.database.reader, id, MOST_DROPS), previous: await this.batches.before(this.database.reader, row),
    }));
  }

  /** In the order of their references. */
  async linesOf(batchId: string, { after, limit }: { after?: string; limit: number }): Promise<Result<Page<LineView>>> {
    if (await this.batches.find(this.database.reader, batchId) === null) return refuse('payouts.not_found');
    const rows = await this.lines.ofBatch(this.database.reader, batchId, { ...(after === undefined ? {} : { after }), limit: limit + 1 });
    const page = pageOf(rows, limit, ({ endToEndId }) => [endToEndId]);
    return ok({ ...page, items: page.items.map(lineView) });
  }

  /** What was and is being paid on a claim, newest first; the caller was let see the claim. */
  async ofClaim(claimId: string): Promise<LineView[]> {
    return (await this.lines.ofClaim(this.database.reader, claimId)).map(lineView);
  }

  /** A payment, for finance or its merchant. Code: `payouts.not_found`. */
  async line({ actor }: Context, id: string): Promise<Result<LineView>> {
    const row = await this.lines.find(this.database.reader, id);
    return row !== null && (mayFor(actor, 'payout.read', row.merchantId) || mayFor(actor, 'claim.read', row.merchantId)) ? ok(lineView(row)) : refuse('payouts.not_found');
  }
}
