import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeCursor } from '../../../platform/http/page.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { DuplicateVerdictDto } from '../dto/casebook.dto.js';
import { CasebookSheets } from './casebook-sheets.service.js';
import { CasebookTimeline } from './casebook-timeline.service.js';
import { Duplicates } from './duplicates.service.js';

/** What only staff see of a claim. */
@ApiTags('review')
@Controller('v1/claims/:id')
export class CasebookController {
  constructor(private readonly sheets: CasebookSheets, private readonly duplicates: Duplicates, private readonly timeline: CasebookTimeline) {}

  @Get('signals')
  @Requires('queue.read')
  @ApiOperation({ summary: 'What is odd about a claim, and the claims it may be a duplicate of, each with what was said of the two' })
  async signals(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.sheets.signals(ctx, id));
  }

  @Post('duplicate-verdicts')
  @Requires('claim.recommend')
  @Command()
  @ApiOperation({ summary: 'Say whether this claim is a duplicate of another; "not a duplicate" stands through every later working' })
  async say(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: DuplicateVerdictDto) {
    const { otherClaimId, verdict, reason } = body;
    return unwrap(await this.duplicates.say(ctx, id, version, { otherClaimId, verdict, reason }));
  }

  @Get('casebook')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Everything that happened to a claim and who of the staff looked at it, newest first; the merchant\'s own history is `timeline`' })
  async everything(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Query() query: CursorQuery) {
    const before = unwrap(decodeCursor(query.cursor, 1))?.[0];
    return unwrap(await this.timeline.page(ctx, id, { limit: query.limit ?? DEFAULT_LIMIT, ...(before === undefined ? {} : { before }) }));
  }
}
