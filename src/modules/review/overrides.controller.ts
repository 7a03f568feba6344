import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimOverrides } from './claim-overrides.service.js';
import { LiftDto, OverrideDto } from './dto/review.dto.js';
import { OverrideQueries } from './override-queries.service.js';

@ApiTags('review')
@Controller('v1/claims/:id/overrides')
export class OverridesController {
  constructor(private readonly overrides: ClaimOverrides, private readonly queries: OverrideQueries) {}

  @Get()
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Figures that people put, newest first, beside what the rule came to; for staff also who, on what evidence, and the steps open to one' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.list(ctx, id));
  }

  @Post()
  @Requires('claim.recommend')
  @Command()
  @ApiOperation({ summary: 'Put a figure for a step of the working, or put aside a waivable refusal; the claim is worked out again at once' })
  async put(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: OverrideDto) {
    const { step, amount, figure, waives, reason, evidence } = body;
    const put = { step, reason, ...(amount === undefined ? {} : { amount }), ...(figure === undefined ? {} : { figure }), ...(waives === undefined ? {} : { waives }) };
    return unwrap(await this.overrides.put(ctx, id, version, put, evidence));
  }

  @Post(':n/withdrawals')
  @Requires('claim.recommend')
  @Command()
  @ApiOperation({ summary: 'Take back a figure that holds; the claim is worked out again at once' })
  async lift(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number, @Body() body: LiftDto) {
    return unwrap(await this.overrides.lift(ctx, id, n, version, body.reason));
  }
}
