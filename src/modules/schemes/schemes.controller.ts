import { Body, Controller, Get, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { Command, Ctx, IfMatch, Public, Requires } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeIdCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn } from '../../platform/http/wire.js';
import { EditSchemeDto, ExtendSchemeDto, PlanSchemeDto } from './dto/scheme.dto.js';
import { SchemePlanning, type SchemeEdit, type SchemePlan } from './scheme-planning.service.js';
import { SchemeQueries } from './scheme-queries.service.js';

@ApiTags('schemes')
@Controller('v1/schemes')
export class SchemesController {
  constructor(private readonly planning: SchemePlanning, private readonly queries: SchemeQueries, private readonly database: Database) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'Schemes, newest first' })
  async list(@Query() query: CursorQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = unwrap(decodeIdCursor(query.cursor));
    const schemes = await this.queries.page(this.database.reader, { ...(before === undefined ? {} : { before }), limit: limit + 1 });
    return pageOf(schemes, limit, ({ id }) => [id]);
  }

  @Get(':id')
  @Public()
  @ApiOperation({ summary: 'One scheme with its dates, texts and the services it covers' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.view(this.database.reader, id));
  }

  @Post()
  @Requires('scheme.edit')
  @Command()
  @ApiOperation({ summary: 'Offers a policy for confirmed outages, from one date to another' })
  async plan(@Ctx() ctx: Context, @Body() body: PlanSchemeDto) {
    return unwrap(await this.planning.plan(ctx, planIn(body)));
  }

  @Patch(':id')
  @Requires('scheme.edit')
  @ApiOperation({ summary: 'Changes words, contact, targets or fund; never dates, outages or policy' })
  async edit(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: EditSchemeDto) {
    return unwrap(await this.planning.edit(ctx, id, version, editIn(body)));
  }

  @Post(':id/extensions')
  @Requires('scheme.edit')
  @Command()
  @ApiOperation({ summary: 'Moves the closing later' })
  async extend(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: ExtendSchemeDto) {
    const closesAt = unwrap(instantIn(body.closesAt, '/closesAt'));
    return unwrap(await this.planning.extend(ctx, id, version, { closesAt, reason: body.reason }));
  }
}

function planIn({ fundId, graceDays = 0, targetDays = {}, texts = [], opensAt, closesAt, title, contact, ...plan }: PlanSchemeDto): SchemePlan {
  return {
    ...plan, ...(fundId === undefined ? {} : { fundId }), graceDays, title: { ...title }, contact: { ...contact }, targetDays: { ...targetDays }, texts,
    opensAt: unwrap(instantIn(opensAt, '/opensAt')), closesAt: unwrap(instantIn(closesAt, '/closesAt')),
  };
}

function editIn({ title, fundId, contact, targetDays, texts }: EditSchemeDto): SchemeEdit {
  return {
    ...(title === undefined ? {} : { title: { ...title } }),
    ...(fundId === undefined ? {} : { fundId }),
    ...(contact === undefined ? {} : { contact: { ...contact } }),
    ...(targetDays === undefined ? {} : { targetDays: { ...targetDays } }),
    ...(texts === undefined ? {} : { texts }),
  };
}
