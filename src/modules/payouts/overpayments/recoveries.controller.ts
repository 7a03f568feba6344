import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { NumberPipe } from '../../../platform/http/number.pipe.js';
import { DEFAULT_LIMIT, decodeIdCursor } from '../../../platform/http/page.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { moneyIn } from '../../../platform/http/wire.js';
import { RecoveriesQuery, RepaymentDto, WriteOffDecisionDto, WriteOffDto } from '../dto/repair.dto.js';
import { OverpaymentQueries } from './overpayment-queries.service.js';
import { OverpaymentWriteOffs } from './overpayment-write-offs.service.js';
import { Overpayments } from './overpayments.service.js';

@ApiTags('payouts')
@Controller('v1/recoveries')
export class RecoveriesController {
  constructor(private readonly overpayments: Overpayments, private readonly writeOffs: OverpaymentWriteOffs, private readonly queries: OverpaymentQueries) {}

  @Get()
  @Requires('payee.read', 'merchant')
  @ApiOperation({ summary: 'What was paid above a grant and has to come back, newest first: finance sees all of it, a business its own' })
  list(@Ctx() ctx: Context, @Query() { state, cursor, limit }: RecoveriesQuery) {
    const before = unwrap(decodeIdCursor(cursor));
    return this.queries.page(ctx, { ...(state === undefined ? {} : { state }), ...(before === undefined ? {} : { before }), limit: limit ?? DEFAULT_LIMIT });
  }

  @Get(':id')
  @Requires('payee.read', 'merchant')
  @ApiOperation({ summary: 'One of them, with all that came back of it' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.get(ctx, id));
  }

  @Post(':id/repayments')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Says that money came back of which no file of the bank tells, with what shows it; another person has to confirm it' })
  async repay(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { amount, evidence }: RepaymentDto) {
    return unwrap(await this.overpayments.propose(ctx, id, version, { amount: unwrap(moneyIn(amount, '/amount')), evidence }));
  }

  @Post(':id/repayments/confirmations')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Confirms, as another person, that it came back; it waits in suspense for the booking of the bank' })
  async confirm(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.overpayments.confirm(ctx, id, version));
  }

  @Post(':id/repayments/objections')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Turns down what somebody says came back, or takes it back; nothing has changed' })
  async turnDown(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.overpayments.turnDown(ctx, id, version));
  }

  @Post(':id/offset-consents')
  @Requires('payee.edit', 'merchant')
  @Command()
  @ApiOperation({ summary: 'The owner agrees that it is taken off the next payments; asks for a fresh proof' })
  async agree(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.overpayments.agreeToOffset(ctx, id, version));
  }

  @Post(':id/write-offs')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Proposes to give up what is left; another person decides' })
  async propose(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { reason }: WriteOffDto) {
    return unwrap(await this.writeOffs.propose(ctx, id, version, reason));
  }

  @Post(':id/write-offs/:n/decisions')
  @Requires('payout.write_off')
  @Command()
  @ApiOperation({ summary: 'Gives it up, or drops the proposal, as another person than who proposed it' })
  async decide(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number, @Body() decision: WriteOffDecisionDto) {
    return unwrap(await this.writeOffs.decide(ctx, id, version, { n, ...decision }));
  }

  @Post(':id/write-offs/:n/withdrawals')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Takes back what you proposed to give up yourself' })
  async takeBack(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number) {
    return unwrap(await this.writeOffs.takeBack(ctx, id, n));
  }
}
