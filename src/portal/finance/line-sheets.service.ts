import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { MerchantQueries } from '../../modules/merchants/index.js';
import { isAskable, LineRecords, type LineRecord, type ReturnRemedy } from '../../modules/payouts/index.js';
import type { Visit } from '../shared/portal.page.js';
import { LineAccounts } from './line-accounts.service.js';
import { LineFaults } from '../shared/line-faults.service.js';
import { WriteOffSheets } from './write-off-sheets.service.js';

/** What the pages of payments show: those that came back and wait, and one with all that is known of it. */
@Injectable()
export class LineSheets {
  constructor(
    private readonly database: Database, private readonly records: LineRecords, private readonly accounts: LineAccounts, private readonly claims: ClaimQueries, private readonly merchants: MerchantQueries,
    private readonly faults: LineFaults, private readonly writeOffs: WriteOffSheets,
  ) {}

  async waiting(visit: Visit, wanted: { waitsFor?: ReturnRemedy; after?: string; limit: number }): Promise<object> {
    const page = await this.records.waiting(wanted);
    return {
      page, faultOf: this.faults.in(visit), told: await this.accounts.told(page.items), businesses: await this.merchants.names(this.database.reader, page.items.map(({ merchantId }) => merchantId)),
    };
  }

  async of(visit: Visit, id: string): Promise<object> {
    const line = unwrap(await this.records.get(visit.ctx, id));
    const { reader } = this.database;
    const give = await this.writeOffs.of(visit, id, line.writeOffs, line.waits?.due.amount === line.net.amount ? line.gross : undefined);
    return {
      line, give, faultOf: this.faults.in(visit), reissue: reissueOf(visit, line), mayAsk: isAllowed(visit.ctx.actor, 'payout.reconcile') && isAskable(line.state), told: (await this.accounts.told([line])).get(id), ...await this.accounts.of(line),
      business: (await this.merchants.names(reader, [line.merchantId])).get(line.merchantId), reference: (await this.claims.references(reader, [line.claimId])).get(line.claimId),
    };
  }
}

/** Whether this person may have it paid again, or why not; undefined where nobody may. */
const reissueOf = ({ ctx: { actor } }: Visit, { waits }: LineRecord): 'may' | 'stopped' | 'role' | undefined =>
  (waits === undefined ? undefined : waits.stoppedBy.length > 0 ? 'stopped' : isAllowed(actor, 'payout.prepare') ? 'may' : 'role');
