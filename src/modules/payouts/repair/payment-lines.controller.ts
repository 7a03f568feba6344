import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { NumberPipe } from '../../../platform/http/number.pipe.js';
import { DEFAULT_LIMIT, decodeIdCursor } from '../../../platform/http/page.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { WaitingLinesQuery, WriteOffDecisionDto, WriteOffDto } from '../dto/repair.dto.js';
import { LineRecords } from './line-records.service.js';
import { LineWriteOffs } from './line-write-offs.service.js';
import { Reissues } from './reissues.service.js';

@ApiTags('payouts')
@Controller('v1/payment-lines')
export class PaymentLinesController {
  constructor(private readonly records: LineRecords, private readonly reissues: Reissues, private readonly writeOffs: LineWriteOffs) {}

  @Get()
  @Requires('payout.read')
  @ApiOperation({ summary: 'Payments that came back and that nobody has paid again or given up, the oldest first, with what each waits for' })
  list(@Query() { waitsFor, cursor, limit }: WaitingLinesQuery) {
    const after = unwrap(decodeIdCursor(cursor));
    return this.records.waiting({ ...(waitsFor === undefined ? {} : { waitsFor }), ...(after === undefined ? {} : { after }), limit: limit ?? DEFAULT_LIMIT });
  }

  @Get(':id')
  @Requires('payout.read')
  @ApiOperation({ summary: 'A payment with what it follows, what follows it, and who proposed to give it up' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.records.get(ctx, id));
  }

  @Post(':id/reissues')
  @Requires('payout.prepare')
  @Command()
  @ApiOperation({ summary: 'Pays again what came back: another payment that names this one, once' })
  async reissue(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.reissues.reissue(ctx, id, version));
  }

  @Post(':id/write-offs')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Proposes to give up a payment that came back; another person decides' })
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
