import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeCursor, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn } from '../../platform/http/wire.js';
import { LedgerAccountsQuery, LedgerBalancesQuery, LedgerEntriesQuery } from './dto/ledger.dto.js';
import { LedgerQueries } from './ledger-queries.service.js';
import type { EntryFilter } from './ledger-reads.repository.js';

const filterOf = ({ fund, payingAccount, claim, line, kind }: LedgerEntriesQuery): EntryFilter => ({
  ...(fund === undefined ? {} : { fundId: fund }), ...(payingAccount === undefined ? {} : { payingAccountId: payingAccount }), ...(claim === undefined ? {} : { claimId: claim }),
  ...(line === undefined ? {} : { lineId: line }), ...(kind === undefined ? {} : { kind }),
});

@ApiTags('funds')
@Controller('v1/ledger')
export class LedgerController {
  constructor(private readonly ledger: LedgerQueries) {}

  @Get('accounts')
  @Requires('fund.read')
  @ApiOperation({ summary: 'Accounts of the ledger with their balances' })
  async accounts(@Query() { cursor, limit, ...side }: LedgerAccountsQuery) {
    return this.ledger.accounts(filterOf(side), unwrap(decodeIdCursor(cursor)), limit ?? DEFAULT_LIMIT);
  }

  @Get('balances')
  @Requires('fund.read')
  @ApiOperation({ summary: 'Balances of a fund or of a paying account, now or as they stood' })
  async balances(@Query() { asOf, ...side }: LedgerBalancesQuery) {
    return unwrap(await this.ledger.balances(filterOf(side), asOf === undefined ? undefined : unwrap(instantIn(asOf, '/asOf'))));
  }

  @Get('entries')
  @Requires('fund.read')
  @ApiOperation({ summary: 'Entries in the order they were posted: of a fund, a paying account, a claim or a payment' })
  async entries(@Query() { cursor, limit, ...wanted }: LedgerEntriesQuery) {
    return unwrap(await this.ledger.entries(filterOf(wanted), seqIn(unwrap(decodeCursor(cursor, 1))?.[0]), limit ?? DEFAULT_LIMIT));
  }
}

/** Numbers of entries are digits; what is none is where every list begins. */
const seqIn = (text: string | undefined): string | undefined => (text !== undefined && /^\d{1,18}$/.test(text) ? text : undefined);
