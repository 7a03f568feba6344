import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { DeclineProposalDto, ProposalsQuery } from './dto/outage-source.dto.js';
import { ImportQueries } from './imports/import-queries.service.js';
import { OutageProposals } from './imports/outage-proposals.service.js';

@ApiTags('register')
@Controller('v1/outage-proposals')
export class OutageProposalsController {
  constructor(private readonly proposals: OutageProposals, private readonly queries: ImportQueries) {}

  @Get()
  @Requires('outage.read_drafts')
  @ApiOperation({ summary: 'What sources propose for the register, newest first' })
  async list(@Query() query: ProposalsQuery) {
    const before = unwrap(decodeIdCursor(query.cursor));
    const { state, sourceId } = query;
    return this.queries.proposalPage({
      limit: query.limit ?? DEFAULT_LIMIT, ...(before === undefined ? {} : { before }), ...(state === undefined ? {} : { state }), ...(sourceId === undefined ? {} : { sourceId }),
    });
  }

  @Get(':id')
  @Requires('outage.read_drafts')
  @ApiOperation({ summary: 'One proposal with its lines and what other sources say of the same time' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.proposal(id));
  }

  @Post(':id/refusals')
  @Requires('outage.edit')
  @Command()
  @ApiOperation({ summary: 'Declines it, with a reason' })
  async decline(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { reason }: DeclineProposalDto) {
    return unwrap(await this.proposals.decline(ctx, id, version, reason));
  }
}
