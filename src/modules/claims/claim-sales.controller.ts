import type { Readable } from 'node:stream';
import { Controller, Get, Param, ParseUUIDPipe, Post, Req } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { readUploadOptions } from '../evidence/index.js';
import { ClaimSales, type SalesFile } from './claim-sales.service.js';

/** The file and what was said about it: as a form with fields before the file, or as a CSV body with query parameters. */
async function fileOf(request: FastifyRequest): Promise<SalesFile & { fields: Record<string, string> }> {
  const query = request.query as Record<string, string>;
  if (!request.isMultipart()) return { stream: request.body as Readable, fields: query };
  const part = await request.file();
  if (part === undefined) throw new RefusalException({ code: 'claims.file_missing', params: {} });
  const fields = Object.entries(part.fields).flatMap(([name, field]) =>
    (field !== undefined && 'value' in field && typeof field.value === 'string' ? [[name, field.value] as const] : []));
  return { stream: part.file, fileName: part.filename, fields: { ...query, ...Object.fromEntries(fields) } };
}

@ApiTags('claims')
@Controller('v1/claims/:id')
export class ClaimSalesController {
  constructor(private readonly sales: ClaimSales) {}

  @Post('sales-records')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiConsumes('text/csv', 'multipart/form-data')
  @ApiOperation({ summary: 'Upload sales (CSV); currency, basis, zone, period, mapping and coverage as fields or query parameters' })
  async upload(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Req() request: FastifyRequest) {
    const { fields, ...file } = await fileOf(request);
    return unwrap(await this.sales.upload(ctx, id, file, unwrap(readUploadOptions(fields))));
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

