import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import { PaymentLinesRepository } from '../payment-lines.repository.js';
import { PayoutQueries } from '../payout-queries.service.js';
import { lineMoveView, waitingLineView, type LineRecord, type WaitingLineView } from '../views/line-record-view.js';
import { moneyView, type LineView } from '../views/payout-view.js';
import { LineRecordsRepository } from './line-records.repository.js';
import { FILE_REFUSED, remedyOf, type ReturnRemedy } from './returns.rules.js';
import { WriteOffDesk } from './write-off-desk.service.js';

/** Payments for finance: those that came back and wait, and one with what it follows, what follows it, and proposals to give it up. */
@Injectable()
export class LineRecords {
  constructor(
    private readonly database: Database, private readonly queries: PayoutQueries, private readonly lines: PaymentLinesRepository, private readonly records: LineRecordsRepository, private readonly desk: WriteOffDesk,
  ) {}

  /** Came back, and nobody has paid them again or given them up; the oldest first. */
  async waiting(wanted: { waitsFor?: ReturnRemedy; after?: string; limit: number }): Promise<Page<WaitingLineView>> {
    const { waitsFor: remedy, after, limit } = wanted;
    const rows = await this.records.waiting(this.database.reader, { ...(remedy === undefined ? {} : { remedy }), ...(after === undefined ? {} : { after }), limit: limit + 1 });
    const page = pageOf(rows, limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(waitingLineView) };
  }

  /** Code: `payouts.not_found`. */
  async get(ctx: Context, id: string): Promise<Result<LineRecord>> {
    const line = await this.queries.line(ctx, id);
    if (!line.ok) return line;
    const { reader } = this.database;
    const chain = await this.lines.chain(reader, id);
    return ok({
      ...line.value, ...(chain.length > 1 ? { chain } : {}), moves: (await this.records.moves(reader, id)).map(lineMoveView),
      ...(chain.at(-1)?.id === id ? await this.#waits(line.value) : {}), writeOffs: await this.desk.of(reader, { lineId: id }),
    });
  }

  /** Of the last of its chain. A file that was refused whole stops nothing: its payments go again whatever holds the claim. */
  async #waits({ id, claimId, state, reason, method, net: { currency }, nothingDueSince }: LineView): Promise<Pick<LineRecord, 'waits'>> {
    if ((state !== 'rejected' && state !== 'returned') || nothingDueSince !== undefined) return {};
    const { reader } = this.database;
    return {
      waits: {
        for: remedyOf(reason ?? null, method), due: moneyView(await this.records.againMinor(reader, id), currency),
        stoppedBy: reason === FILE_REFUSED ? [] : await this.lines.blocksOn(reader, claimId),
      },
    };
  }
}
