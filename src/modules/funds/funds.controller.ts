import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { refuse } from '../../core/errors/index.js';
import { isCurrency } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeCursor, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn, moneyIn } from '../../platform/http/wire.js';
import { BalancesQuery, EntriesQuery, NewFundDto } from './dto/fund.dto.js';
import { FundLedger } from './fund-ledger.service.js';
import { FundQueries } from './fund-queries.service.js';

@ApiTags('funds')
@Controller('v1/funds')
export class FundsController {
  constructor(private readonly ledger: FundLedger, private readonly queries: FundQueries) {}

  @Get()
  @Requires('fund.read')
  @ApiOperation({ summary: 'Funds' })
  list(@Query() { cursor, limit }: CursorQuery) {
    return this.queries.page(unwrap(decodeIdCursor(cursor)), limit ?? DEFAULT_LIMIT);
  }

  @Post()
  @Requires('fund.edit')
  @Command()
  @ApiOperation({ summary: 'Open a fund with all its accounts' })
  async create(@Ctx() ctx: Context, @Body() body: NewFundDto) {
    if (!isCurrency(body.currency)) return unwrap(refuse('money.currency_unknown', { currency: body.currency }, { pointer: '/currency' }));
    const { limit, ...fund } = body;
    return unwrap(await this.ledger.create(ctx, { ...fund, ...(limit === undefined ? {} : { limit: unwrap(moneyIn(limit, '/limit')) }) }));
  }

  @Get(':id')
  @Requires('fund.read')
  @ApiOperation({ summary: 'A fund' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.get(id));
  }

  @Get(':id/balances')
  @Requires('fund.read')
  @ApiOperation({ summary: 'Balances of its accounts, now or as they stood' })
  async balances(@Param('id', ParseUUIDPipe) id: string, @Query() query: BalancesQuery) {
    return unwrap(await this.queries.balances(id, query.asOf === undefined ? undefined : unwrap(instantIn(query.asOf, '/asOf'))));
  }

  @Get(':id/entries')
  @Requires('fund.read')
  @ApiOperation({ summary: 'Ledger entries in the order they were posted' })
  async entries(@Param('id', ParseUUIDPipe) id: string, @Query() query: EntriesQuery) {
    const after = unwrap(decodeCursor(query.cursor, 1));
    return unwrap(await this.queries.entries(id, after?.[0], query.limit ?? DEFAULT_LIMIT));
  }
}
