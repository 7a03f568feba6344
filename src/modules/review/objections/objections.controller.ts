import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { NumberPipe } from '../../../platform/http/number.pipe.js';
import { CursorQuery, DEFAULT_LIMIT } from '../../../platform/http/page.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { ObjectionDecisionDto, ObjectionDto, objectionIn, verdictIn } from './dto/objections.dto.js';
import { ObjectionDecisions } from './objection-decisions.service.js';
import { ObjectionFiling } from './objection-filing.service.js';
import { ObjectionQueries } from './objection-queries.service.js';

@ApiTags('review')
@Controller('v1')
export class ObjectionsController {
  constructor(private readonly filing: ObjectionFiling, private readonly decisions: ObjectionDecisions, private readonly queries: ObjectionQueries) {}

  @Get('objections')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Objections that wait for a decision, the oldest first' })
  async waiting(@Query() { cursor, limit }: CursorQuery) {
    return unwrap(await this.queries.waiting(cursor, limit ?? DEFAULT_LIMIT));
  }

  @Post('claims/:id/objections')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Object to what was decided: in time from the arrival of the letter, one objection after the other, at most twice' })
  async object(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: ObjectionDto) {
    return unwrap(await this.filing.file(ctx, id, version, unwrap(objectionIn(body))));
  }

  @Post('claims/:id/objections/:k/decisions')
  @Requires('objection.decide')
  @Command()
  @ApiOperation({ summary: 'Decide an objection, as somebody who never touched the claim: more is granted at once, or what was decided stands; never less' })
  async decide(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('k', NumberPipe) k: number, @IfMatch() version: number, @Body() body: ObjectionDecisionDto) {
    return unwrap(await this.decisions.decide(ctx, id, k, version, verdictIn(body)));
  }
}
