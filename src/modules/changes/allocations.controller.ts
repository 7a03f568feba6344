import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeIdCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { FundAllocations, FundQueries } from '../funds/index.js';
import { ChangeProposals } from './change-proposals.service.js';
import { AllocateDto } from './dto/allocation.dto.js';

@ApiTags('funds')
@Controller('v1/funds/:id/allocations')
export class AllocationsController {
  constructor(
    private readonly proposals: ChangeProposals, private readonly funds: FundQueries, private readonly allocations: FundAllocations, private readonly database: Database,
  ) {}

  @Get()
  @Requires('fund.read')
  @ApiOperation({ summary: 'How the fund was shared: factors, what was shared, what was kept back; newest first' })
  async list(@Param('id', ParseUUIDPipe) id: string, @Query() query: CursorQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = unwrap(decodeIdCursor(query.cursor));
    const fund = unwrap(await this.funds.get(id));
    return pageOf(await this.allocations.page(this.database.reader, id, fund.currency, { ...(before === undefined ? {} : { before }), limit: limit + 1 }), limit, (allocation) => [allocation.id]);
  }

  @Post()
  @Requires('change.propose')
  @Command(202)
  @ApiOperation({ summary: 'Proposes to share the fund, as a change: rehearse, then have another person approve it by its digest' })
  async propose(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { stage, keptBack }: AllocateDto) {
    return unwrap(await this.proposals.propose(ctx, { kind: 'allocation', allocation: { fundId: id, stage, ...(keptBack === undefined ? {} : { keptBack }) } }));
  }
}
