import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { decodeCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { FundAllocations, FundDeposits, FundQueries } from '../../modules/funds/index.js';
import { People } from '../../modules/identity/index.js';

const ON_A_PAGE = 50;
const NEWEST = 20;

/** What the page of a fund shows: balances, the newest deposits with who stated and who booked them, and a page of its ledger. */
@Injectable()
export class FundSheets {
  constructor(
    private readonly database: Database, private readonly funds: FundQueries, private readonly deposits: FundDeposits, private readonly claims: ClaimQueries, private readonly people: People,
    private readonly allocations: FundAllocations,
  ) {}

  async of(id: string, cursor: string | undefined): Promise<object> {
    const after = unwrap(decodeCursor(cursor, 1));
    const fund = unwrap(await this.funds.get(id));
    const balances = unwrap(await this.funds.balances(id));
    const entries = unwrap(await this.funds.entries(id, after?.[0], ON_A_PAGE));
    const deposits = unwrap(await this.deposits.list(id, undefined, NEWEST)).items;
    const references = await this.claims.references(this.database.reader, entries.items.flatMap(({ claimId }) => claimId ?? []));
    return {
      allocations: fund.mode === 'shared' ? await this.allocations.page(this.database.reader, id, fund.currency, { limit: NEWEST }) : [],
      fund, balances: balances.items, nextCursor: entries.nextCursor, paged: after !== undefined, deposits,
      names: await this.people.names(deposits.flatMap(({ statedBy, decidedBy }) => [statedBy, decidedBy ?? statedBy])),
      entries: entries.items.map((entry) => ({ ...entry, reference: entry.claimId === null ? undefined : references.get(entry.claimId) })),
    };
  }
}
