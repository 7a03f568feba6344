import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { DEFAULT_LIMIT } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { moneyIn } from '../../platform/http/wire.js';
import { DepositDecisionDto, DepositsQuery, NewDepositDto } from './dto/deposit.dto.js';
import { lastNumber } from './deposits.rules.js';
import { FundDeposits } from './fund-deposits.service.js';

@ApiTags('funds')
@Controller('v1/funds/:id/deposits')
export class FundDepositsController {
  constructor(private readonly deposits: FundDeposits) {}

  @Get()
  @Requires('fund.read')
  @ApiOperation({ summary: 'Money that came to a fund with a limit, newest first: stated, booked and dropped' })
  async list(@Param('id', ParseUUIDPipe) id: string, @Query() { cursor, limit }: DepositsQuery) {
    return unwrap(await this.deposits.list(id, unwrap(lastNumber(cursor)), limit ?? DEFAULT_LIMIT));
  }

  @Post()
  @Requires('fund.edit')
  @Command()
  @ApiOperation({ summary: 'State money that came to a fund with a limit; another person books it' })
  async state(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { amount, reference }: NewDepositDto) {
    return unwrap(await this.deposits.state(ctx, id, { amount: unwrap(moneyIn(amount, '/amount')), reference }));
  }

  @Post(':n/decisions')
  @Requires('fund.book')
  @Command()
  @ApiOperation({ summary: 'Book money that another person stated: the limit rises, and claims that waited are reserved for, the oldest decision first; or drop what was stated' })
  async decide(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Body() { outcome }: DepositDecisionDto) {
    return unwrap(await this.deposits.decide(ctx, id, n, outcome));
  }
}
