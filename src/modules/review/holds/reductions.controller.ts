import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { NumberPipe } from '../../../platform/http/number.pipe.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { moneyIn } from '../../../platform/http/wire.js';
import { NewReductionDto, ReductionAnswerDto, ReductionDecisionDto } from './dto/holds.dto.js';
import { ReductionDesk } from './reduction-desk.service.js';

@ApiTags('review')
@Controller('v1/claims/:id/reductions')
export class ReductionsController {
  constructor(private readonly desk: ReductionDesk) {}

  @Get()
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Reductions of what was granted, proposed and decided, oldest first' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.desk.list(ctx, id));
  }

  @Post()
  @Requires('claim.reduce')
  @Command()
  @ApiOperation({ summary: 'Propose that less is granted, or nothing; the owners are told and heard for 14 days' })
  async propose(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { amount, reason, text, withoutHearing }: NewReductionDto) {
    return unwrap(await this.desk.propose(ctx, id, version, {
      reason, text, withoutHearing: withoutHearing === true, ...(amount === undefined ? {} : { amount: unwrap(moneyIn(amount, '/amount')) }),
    }));
  }

  @Post(':n/answers')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Say what the business thinks of a proposed reduction; possible until it is decided' })
  async answer(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number, @Body() { text }: ReductionAnswerDto) {
    return unwrap(await this.desk.answer(ctx, id, n, version, text));
  }

  @Post(':n/decisions')
  @Requires('claim.decide')
  @Command()
  @ApiOperation({ summary: 'Decide what another person proposed: reduce, once the time to be heard is over, or drop it' })
  async decide(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number, @Body() { outcome, note }: ReductionDecisionDto) {
    return unwrap(await this.desk.decide(ctx, id, n, version, { outcome, note }));
  }
}
