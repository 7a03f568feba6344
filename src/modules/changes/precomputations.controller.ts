import { Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeIdCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { SchemeQueries } from '../schemes/index.js';
import { ChangeProposals } from './change-proposals.service.js';
import { ChangeQueries } from './change-queries.service.js';

@ApiTags('changes')
@Controller('v1/schemes/:id/precomputations')
export class PrecomputationsController {
  constructor(
    private readonly proposals: ChangeProposals, private readonly queries: ChangeQueries, private readonly schemes: SchemeQueries, private readonly database: Database,
  ) {}

  @Get()
  @Requires('change.read')
  @ApiOperation({ summary: 'Changes that open claims for the sites of a scheme, newest first' })
  async list(@Param('id', ParseUUIDPipe) id: string, @Query() query: CursorQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = unwrap(decodeIdCursor(query.cursor));
    unwrap(await this.schemes.get(this.database.reader, id));
    const wanted = { schemeId: id, ...(before === undefined ? {} : { before }), limit: limit + 1 };
    return pageOf(await this.queries.page(this.database.reader, wanted), limit, (change) => [change.id]);
  }

  @Post()
  @Requires('change.propose')
  @Command()
  @ApiOperation({ summary: 'Proposes to open a claim for every site that used a service of the scheme while it was troubled; rehearse, then have it approved' })
  async propose(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.proposals.propose(ctx, { kind: 'pre_computation', schemeId: id }));
  }
}
