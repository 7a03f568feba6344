import { Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { decodeCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { FundQueries } from '../../modules/funds/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages } from '../shared/portal.page.js';
import { View } from '../shared/view.page.js';

const ON_A_PAGE = 50;

/** Funds and their double-entry ledger. */
@Pages('funds')
export class FundPagesController {
  constructor(private readonly database: Database, private readonly funds: FundQueries, private readonly claims: ClaimQueries) {}

  @Get()
  @Requires('fund.read')
  async list(): Promise<View> {
    return new View('finance/funds.njk', { funds: (await this.funds.list()).items });
  }

  @Get(':id')
  @Requires('fund.read')
  async fund(@Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const after = unwrap(decodeCursor(formText(query, 'cursor', 400) || undefined, 1));
    const fund = unwrap(await this.funds.get(id));
    const balances = unwrap(await this.funds.balances(id));
    const entries = unwrap(await this.funds.entries(id, after?.[0], ON_A_PAGE));
    const references = await this.claims.references(this.database.reader, entries.items.flatMap(({ claimId }) => claimId ?? []));
    return new View('finance/fund.njk', {
      fund, balances: balances.items, nextCursor: entries.nextCursor, paged: after !== undefined,
      entries: entries.items.map((entry) => ({ ...entry, reference: entry.claimId === null ? undefined : references.get(entry.claimId) })),
    });
  }
}
