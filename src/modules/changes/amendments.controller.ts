import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { Command, Ctx, IfMatch, Requires, TakesLongLists } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeIdCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AcceptProposalDto, contentIn, OUTAGE_BODY } from '../outages/index.js';
import { Amendments } from './amendments.service.js';
import { ChangeQueries } from './change-queries.service.js';
import { AmendDto, RewriteDto } from './dto/amendment.dto.js';
import { ProposalAmendments } from './proposal-amendments.service.js';

/** Amendments of the register: the only way to alter what it holds, other than ending and finalising. */
@ApiTags('changes')
@Controller('v1')
export class AmendmentsController {
  constructor(private readonly amendments: Amendments, private readonly proposals: ProposalAmendments, private readonly queries: ChangeQueries, private readonly database: Database) {}

  @Get('outages/:id/amendments')
  @Requires('change.read')
  @ApiOperation({ summary: 'Changes that amend an outage, newest first' })
  async list(@Param('id', ParseUUIDPipe) id: string, @Query() query: CursorQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = unwrap(decodeIdCursor(query.cursor));
    return pageOf(await this.queries.page(this.database.reader, { outageId: id, ...(before === undefined ? {} : { before }), limit: limit + 1 }), limit, (change) => [change.id]);
  }

  @Post('outages/:id/amendments')
  @Requires('outage.amend')
  @Command()
  @TakesLongLists(OUTAGE_BODY)
  @ApiOperation({ summary: 'Proposes what the register should say of an outage instead; rehearse it, then have another person approve it. An empty scope voids the outage' })
  async propose(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: AmendDto) {
    const { reason, claimId } = body;
    return unwrap(await this.amendments.propose(ctx, { outageId: id, version, reason, content: unwrap(contentIn(body)), ...(claimId === undefined ? {} : { fromClaimId: claimId }) }));
  }

  @Post('outage-proposals/:id/acceptances')
  @Requires('outage.edit')
  @Command()
  @ApiOperation({ summary: 'Writes a draft from it, in your name, for another person to confirm; where the outage is recorded, proposes the change that amends it' })
  async accept(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { code, title, reason, revisesOutageId, levels, settled }: AcceptProposalDto) {
    return unwrap(await this.proposals.accept(ctx, id, version, {
      ...(code === undefined ? {} : { code }), ...(title === undefined ? {} : { title }), ...(reason === undefined ? {} : { reason }),
      ...(revisesOutageId === undefined ? {} : { revisesOutageId }), ...(levels === undefined ? {} : { levels: { ...levels } }), settled: (settled ?? []).map((one) => ({ ...one })),
    }));
  }

  @Put('changes/:id/revision')
  @Requires('outage.amend')
  @TakesLongLists(OUTAGE_BODY)
  @ApiOperation({ summary: 'Writes the lines of an open amendment anew; runs made before are out of date' })
  async rewrite(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: RewriteDto) {
    return unwrap(await this.amendments.rewrite(ctx, id, version, { reason: body.reason, content: unwrap(contentIn(body)) }));
  }
}
