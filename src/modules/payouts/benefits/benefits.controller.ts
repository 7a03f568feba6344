import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, Requires, TakesFile, type MakegoodRequest } from '../../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeIdCursor } from '../../../platform/http/page.js';
import { RefusalException, unwrap } from '../../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../../platform/http/upload.js';
import { DrawUpBenefitsDto } from '../dto/benefit.dto.js';
import { RESULT_COLUMNS } from './benefit-results.importer.js';
import { BenefitLists } from './benefit-lists.service.js';

@ApiTags('payouts')
@Controller('v1')
export class BenefitsController {
  constructor(private readonly lists: BenefitLists) {}

  @Get('benefit-lists')
  @Requires('payout.read')
  @ApiOperation({ summary: 'Lists of what is handed over beside money, newest first' })
  list(@Query() { cursor, limit }: CursorQuery) {
    const before = unwrap(decodeIdCursor(cursor));
    return this.lists.page({ ...(before === undefined ? {} : { before }), limit: limit ?? DEFAULT_LIMIT });
  }

  @Post('benefit-lists')
  @Requires('payout.prepare')
  @Command()
  @ApiOperation({ summary: 'Draws up a list of all that a scheme grants beside money and that is on no list yet' })
  async drawUp(@Ctx() ctx: Context, @Body() { schemeId }: DrawUpBenefitsDto) {
    return unwrap(await this.lists.drawUp(ctx, schemeId));
  }

  @Get('benefit-lists/:id')
  @Requires('payout.read')
  @ApiOperation({ summary: 'A list, and how many of it stand where' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.lists.get(id));
  }

  @Get('benefit-lists/:id/content')
  @Requires('payout.prepare')
  @ApiOperation({ summary: 'The list as a table (CSV) for whoever hands the benefits over' })
  async content(@Param('id', ParseUUIDPipe) id: string): Promise<StreamableFile> {
    const { name, bytes } = unwrap(await this.lists.file(id));
    return new StreamableFile(bytes, { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${name}"` });
  }

  @Post('benefit-lists/:id/results')
  @Requires('payout.reconcile')
  @Command()
  @TakesFile('text/csv')
  @ApiOperation({ summary: 'Takes a table of what became of a list', description: `CSV in UTF-8 with the columns ${RESULT_COLUMNS.join(', ')}; a status is granted, refused or withdrawn. The same table again changes nothing.` })
  async results(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Req() request: MakegoodRequest) {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    if (upload === undefined) throw new RefusalException({ code: 'payouts.benefit_file_missing', params: {} });
    return unwrap(await this.lists.take(ctx, id, upload.stream));
  }

  @Get('claims/:id/benefits')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'What was granted on a claim beside money and listed to be handed over, and what came of it' })
  async ofClaim(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.lists.ofClaim(ctx, id));
  }
}
