import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { HoldReleaseDto, NewHoldDto, ReopeningDto, ReviewDayDto } from './dto/holds.dto.js';
import { HoldDesk } from './hold-desk.service.js';
import { Reopenings } from './reopenings.service.js';

@ApiTags('review')
@Controller('v1/claims/:id')
export class HoldsController {
  constructor(private readonly desk: HoldDesk, private readonly reopenings: Reopenings) {}

  @Get('holds')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Holds of a claim, oldest first; a merchant sees those that stand, and of a suspicion only that somebody is looking' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.desk.list(ctx, id));
  }

  @Post('holds')
  @Requires('hold.place')
  @Command()
  @ApiOperation({ summary: 'Stop a claim beside its state, with a day on which somebody looks again' })
  async place(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { kind, reason, reviewOn }: NewHoldDto) {
    return unwrap(await this.desk.place(ctx, id, { kind, reason, reviewOn }));
  }

  @Post('holds/:holdId/releases')
  @Requires('hold.release')
  @Command()
  @ApiOperation({ summary: 'Let the claim go on; of fraud and legal, another person than placed it' })
  async release(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('holdId', ParseUUIDPipe) holdId: string, @IfMatch() version: number, @Body() { reason }: HoldReleaseDto) {
    return unwrap(await this.desk.release(ctx, id, holdId, version, reason));
  }

  @Post('holds/:holdId/review-days')
  @Requires('hold.place')
  @Command()
  @ApiOperation({ summary: 'Set another day on which somebody looks' })
  async extend(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('holdId', ParseUUIDPipe) holdId: string, @IfMatch() version: number, @Body() { reviewOn }: ReviewDayDto) {
    return unwrap(await this.desk.extend(ctx, id, holdId, version, reviewOn));
  }

  @Post('reopenings')
  @Requires('claim.reopen')
  @Command()
  @ApiOperation({ summary: 'Take up a claim again that was refused, withdrawn or has lapsed; at most twice' })
  async reopen(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { reason }: ReopeningDto) {
    return unwrap(await this.reopenings.reopen(ctx, id, version, reason));
  }
}
