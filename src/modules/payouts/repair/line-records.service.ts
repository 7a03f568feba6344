import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import type { LineState } from '../payment-line.machine.js';
import { PaymentLinesRepository } from '../payment-lines.repository.js';
import { PayoutQueries } from '../payout-queries.service.js';
import type { LineView } from '../views/payout-view.js';
import type { WriteOffView } from '../views/write-off-view.js';
import { WriteOffDesk } from './write-off-desk.service.js';

export interface LineRecord extends LineView {
  /** Payments of the same sum, each paying again what the one before it did not: this one is among them. Only where there are several. */
  readonly chain?: readonly { readonly id: string; readonly endToEndId: string; readonly state: LineState }[];
  readonly writeOffs: readonly WriteOffView[];
}

/** One payment for finance: with what it follows, what follows it, and proposals to give it up. */
@Injectable()
export class LineRecords {
  constructor(private readonly database: Database, private readonly queries: PayoutQueries, private readonly lines: PaymentLinesRepository, private readonly desk: WriteOffDesk) {}

  /** Code: `payouts.not_found`. */
  async get(ctx: Context, id: string): Promise<Result<LineRecord>> {
    const line = await this.queries.line(ctx, id);
    if (!line.ok) return line;
    const { reader } = this.database;
    const chain = await this.lines.chain(reader, id);
    return ok({ ...line.value, ...(chain.length > 1 ? { chain } : {}), writeOffs: await this.desk.of(reader, { lineId: id }) });
  }
}
