import { Controller, Get, Param, ParseUUIDPipe, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../platform/http/upload.js';
import { readUploadOptions } from '../evidence/index.js';
import { ClaimSales } from './claim-sales.service.js';

@ApiTags('claims')
@Controller('v1/claims/:id')
export class ClaimSalesController {
  constructor(private readonly sales: ClaimSales) {}

  @Post('sales-records')
  @Requires('claim.file', 'merchant')
  @Command()
  @TakesFile('text/csv')
  @ApiOperation({ summary: 'Upload sales in one step (CSV, TSV, XLSX); currency, basis, zone, period, mapping and coverage as fields or query parameters' })
  async upload(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Req() request: MakegoodRequest) {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    if (upload === undefined) throw new RefusalException({ code: 'claims.file_missing', params: {} });
    return unwrap(await this.sales.upload(ctx, id, upload, unwrap(readUploadOptions(upload.fields))));
  }

  @Get('sales-records')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Uploaded sales of the claim' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.sales.list(ctx, id));
  }

  @Post('sales-records/:setId/coverage')
  @Requires('claim.file', 'merchant')
  @Command(200)
  @ApiOperation({ summary: 'Confirm which time the file speaks for: inside it, no record means nothing was sold' })
  async confirm(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('setId', ParseUUIDPipe) setId: string) {
    return unwrap(await this.sales.confirmCoverage(ctx, id, setId));
  }
}

