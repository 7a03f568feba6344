import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor, type Page } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { MandatesQuery, NewMandateDto } from './dto/agents.dto.js';
import { MandateAnswers } from './mandate-answers.service.js';
import { MandateAssertions } from './mandate-assertions.service.js';
import { MandateQueries } from './mandate-queries.service.js';
import type { MandateView } from './views/mandate-view.js';

@ApiTags('mandates')
@Controller('v1/mandates')
export class MandatesController {
  constructor(private readonly assertions: MandateAssertions, private readonly answers: MandateAnswers, private readonly queries: MandateQueries) {}

  @Get()
  @Requires('mandate.read', 'agent')
  @ApiOperation({ summary: 'Mandates, newest first: an agent sees its own, a business those over it' })
  async list(@Ctx() ctx: Context, @Query() query: MandatesQuery): Promise<Page<MandateView>> {
    const before = unwrap(decodeIdCursor(query.cursor));
    return this.queries.page(ctx, {
      limit: query.limit ?? DEFAULT_LIMIT, ...(query.state === undefined ? {} : { state: query.state }), ...(before === undefined ? {} : { before }),
    });
  }

  @Post()
  @Requires('mandate.assert', 'agent')
  @Command()
  @ApiOperation({ summary: 'Assert a mandate over a business that is here already; its owner is asked by mail' })
  async assert(@Ctx() ctx: Context, @Body() body: NewMandateDto): Promise<MandateView> {
    return unwrap(await this.assertions.assert(ctx, body));
  }

  @Get(':id')
  @Requires('mandate.read', 'agent')
  @ApiOperation({ summary: 'A mandate' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<MandateView> {
    return unwrap(await this.queries.get(ctx, id));
  }

  @Post(':id/reminders')
  @Requires('mandate.assert', 'agent')
  @Command()
  @ApiOperation({ summary: 'Ask the business again: another letter, at most one a day' })
  async remind(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<MandateView> {
    return unwrap(await this.assertions.askAgain(ctx, id));
  }

  @Post(':id/acceptances')
  @Requires('mandate.confirm', 'agent')
  @Command()
  @ApiOperation({ summary: 'The signatory of the business confirms the mandate and its fee' })
  async confirm(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number): Promise<MandateView> {
    return unwrap(await this.answers.confirm(ctx, id, version));
  }

  @Post(':id/revocations')
  @Requires('mandate.revoke', 'agent')
  @Command()
  @ApiOperation({ summary: 'End a mandate, from either side; claims that the business never confirmed are withdrawn' })
  async revoke(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number): Promise<MandateView> {
    return unwrap(await this.answers.revoke(ctx, id, version));
  }
}
