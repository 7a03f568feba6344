import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor } from '../../../platform/http/page.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { AnswerBreakDto, AskedBreakDto, BreaksQuery, ReconciliationQuery } from '../dto/bank.dto.js';
import { BankQueries } from './bank-queries.service.js';
import { BreakResolutions } from './break-resolutions.service.js';
import { ReconciliationDays } from './reconciliation-days.service.js';

@ApiTags('reconciliation')
@Controller('v1')
export class ReconciliationsController {
  constructor(private readonly queries: BankQueries, private readonly days: ReconciliationDays, private readonly resolutions: BreakResolutions) {}

  @Get('reconciliations/:on')
  @Requires('payout.read')
  @ApiOperation({ summary: 'One day of the paying accounts: what was booked, what is open, and the proof that was made once it was over' })
  async day(@Param('on') on: string, @Query() { payingAccount }: ReconciliationQuery) {
    return unwrap(await this.days.day(on, payingAccount));
  }

  @Get('reconciliation-breaks')
  @Requires('payout.read')
  @ApiOperation({ summary: 'What does not fit, newest first' })
  list(@Query() { payingAccount, kind, state, batch, cursor, limit }: BreaksQuery) {
    const before = unwrap(decodeIdCursor(cursor));
    return this.queries.breaksPage({
      ...(payingAccount === undefined ? {} : { payingAccountId: payingAccount }), ...(kind === undefined ? {} : { kind }), ...(state === undefined ? {} : { state }),
      ...(batch === undefined ? {} : { batchId: batch }), ...(before === undefined ? {} : { before }), limit: limit ?? DEFAULT_LIMIT,
    });
  }

  @Post('reconciliation-breaks')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'The bank says of a payment, elsewhere than in its files, that it was made, refused or came back: opens the question, which two people answer' })
  async ask(@Ctx() ctx: Context, @Body() { lineId }: AskedBreakDto) {
    return unwrap(await this.resolutions.ask(ctx, lineId));
  }

  @Get('reconciliation-breaks/:id')
  @Requires('payout.read')
  @ApiOperation({ summary: 'One break, and what a person may make of it' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.break(id));
  }

  @Post('reconciliation-breaks/:id/resolutions')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Says what a break is; where money moves because people say so, another person has to confirm it' })
  async answer(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: AnswerBreakDto) {
    return unwrap(await this.resolutions.answer(ctx, id, version, body));
  }

  @Post('reconciliation-breaks/:id/confirmations')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Confirms what another person proposed' })
  async confirm(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.resolutions.confirm(ctx, id, version));
  }

  @Post('reconciliation-breaks/:id/objections')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Turns a proposal down, or takes it back; the break is open as before' })
  async turnDown(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.resolutions.turnDown(ctx, id, version));
  }
}
