import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { CursorQuery, DEFAULT_LIMIT, decodeIdCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ChangeCommands } from './change-commands.service.js';
import { ChangeProposals } from './change-proposals.service.js';
import { ChangeQueries } from './change-queries.service.js';
import { AppliedClaimsQuery, ApproveChangeDto, boundsIn, OpenedClaimsQuery, ProposeChangeDto, RunClaimsQuery, RunSitesQuery } from './dto/change.dto.js';

@ApiTags('changes')
@Controller('v1/changes')
export class ChangesController {
  constructor(
    private readonly proposals: ChangeProposals, private readonly commands: ChangeCommands, private readonly queries: ChangeQueries, private readonly database: Database,
  ) {}

  @Get()
  @Requires('change.read')
  @ApiOperation({ summary: 'Changes, newest first' })
  async list(@Query() query: CursorQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = unwrap(decodeIdCursor(query.cursor));
    return pageOf(await this.queries.page(this.database.reader, { ...(before === undefined ? {} : { before }), limit: limit + 1 }), limit, ({ id }) => [id]);
  }

  @Post()
  @Requires('change.propose')
  @Command()
  @ApiOperation({ summary: 'Proposes a draft that is in review, or claims to be opened for the sites of a scheme' })
  async propose(@Ctx() ctx: Context, @Body() { kind, policy, schemeId }: ProposeChangeDto) {
    return unwrap(await this.proposals.propose(ctx, { kind, ...(policy === undefined ? {} : { policy }), ...(schemeId === undefined ? {} : { schemeId }) }));
  }

  @Get(':id')
  @Requires('change.read')
  @ApiOperation({ summary: 'A change with its runs, its approval, and how far applying has come' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.get(this.database.reader, id));
  }

  @Post(':id/runs')
  @Requires('change.propose')
  @Command(202)
  @ApiOperation({ summary: 'Rehearses the change over the book; writes nothing but its report' })
  async startRun(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.commands.startRun(ctx, id));
  }

  @Get(':id/runs/:n')
  @Requires('change.read')
  @ApiOperation({ summary: 'Progress of a run, then its report: totals, causes, histogram, placebo, digest' })
  async run(@Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number) {
    return unwrap(await this.queries.run(this.database.reader, id, n));
  }

  @Get(':id/runs/:n/claims')
  @Requires('change.read')
  @ApiOperation({ summary: 'Before, after and cause of each claim of a run' })
  async claims(@Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() query: RunClaimsQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = unwrap(decodeIdCursor(query.cursor));
    const items = unwrap(await this.queries.claims(this.database.reader, id, n, { order: query.order ?? 'filed', ...(query.currency === undefined ? {} : { currency: query.currency }), ...(after === undefined ? {} : { after }), limit: limit + 1 }));
    return pageOf(items, limit, ({ claimId }) => [claimId]);
  }

  @Get(':id/runs/:n/sites')
  @Requires('change.read')
  @ApiOperation({ summary: 'Of a pre-computation: each site of a run, with the claim it would get or why none' })
  async sites(@Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() query: RunSitesQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = unwrap(decodeIdCursor(query.cursor));
    const wanted = { ...(query.leftOut === undefined ? {} : { leftOut: query.leftOut }), ...(after === undefined ? {} : { after }), limit: limit + 1 };
    return pageOf(unwrap(await this.queries.sites(this.database.reader, id, n, wanted)), limit, ({ siteId }) => [siteId]);
  }

  @Get(':id/opened')
  @Requires('change.read')
  @ApiOperation({ summary: 'Of a pre-computation: what became of each site when claims were opened' })
  async opened(@Param('id', ParseUUIDPipe) id: string, @Query() query: OpenedClaimsQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = unwrap(decodeIdCursor(query.cursor));
    const wanted = { ...(query.verdict === undefined ? {} : { verdict: query.verdict }), ...(after === undefined ? {} : { after }), limit: limit + 1 };
    return pageOf(unwrap(await this.queries.opened(this.database.reader, id, wanted)), limit, ({ siteId }) => [siteId]);
  }

  @Post(':id/approvals')
  @Requires('change.approve')
  @Command()
  @ApiOperation({ summary: 'Approves a run by its digest, as another person; publishes, and applies it to its reach' })
  async approve(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: ApproveChangeDto) {
    const movesLessThan = unwrap(boundsIn(body));
    return unwrap(await this.commands.approve(ctx, id, version, body.run, { digest: body.digest, movesLessThan }));
  }

  @Get(':id/applied')
  @Requires('change.read')
  @ApiOperation({ summary: 'What became of each claim when the change was applied' })
  async applied(@Param('id', ParseUUIDPipe) id: string, @Query() query: AppliedClaimsQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = unwrap(decodeIdCursor(query.cursor));
    const wanted = { ...(query.verdict === undefined ? {} : { verdict: query.verdict }), ...(after === undefined ? {} : { after }), limit: limit + 1 };
    return pageOf(unwrap(await this.queries.applied(this.database.reader, id, wanted)), limit, ({ claimId }) => [claimId]);
  }

  @Post(':id/withdrawals')
  @Requires('change.propose')
  @Command()
  @ApiOperation({ summary: 'Takes an open change back' })
  async withdraw(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.commands.withdraw(ctx, id, version));
  }
}
