import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../platform/http/upload.js';
import { readStatement, type SalesSetView, type TillLook } from '../evidence/index.js';
import { ClaimSales } from './claim-sales.service.js';
import { ClaimTill } from './claim-till.service.js';
import { DayTotalsDto, TillAnswersDto } from './dto/till.dto.js';

const addressed = (claimId: string, look: TillLook) => ({ self: `/v1/claims/${claimId}/sales-uploads/${look.id}`, ...look });

/** Sales as they come out of the till, step by step; `sales-records` takes the same files in one. */
@ApiTags('claims')
@Controller('v1/claims/:id')
export class ClaimTillController {
  constructor(private readonly till: ClaimTill, private readonly sales: ClaimSales) {}

  @Post('sales-uploads')
  @Requires('claim.file', 'merchant')
  @Command()
  @TakesFile('text/csv')
  @ApiOperation({ summary: 'Send a till export (CSV, TSV, XLSX); the answer says what was found, what is open, and how the first lines are read' })
  async receive(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Req() request: MakegoodRequest) {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    if (upload === undefined) throw new RefusalException({ code: 'claims.file_missing', params: {} });
    return addressed(id, unwrap(await this.till.receive(ctx, id, upload)));
  }

  @Get('sales-uploads/:uploadId')
  @Requires('claim.file', 'merchant')
  @ApiOperation({ summary: 'A till export on its way in' })
  async look(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('uploadId', ParseUUIDPipe) uploadId: string) {
    return addressed(id, unwrap(await this.till.look(ctx, id, uploadId)));
  }

  @Post('sales-uploads/:uploadId/answers')
  @Requires('claim.file', 'merchant')
  @Command(200)
  @ApiOperation({ summary: 'Say how the file is to be read; remembered for the next file with the same columns' })
  async say(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('uploadId', ParseUUIDPipe) uploadId: string, @Body() answers: TillAnswersDto) {
    return addressed(id, unwrap(await this.till.say(ctx, id, uploadId, unwrap(readStatement({ ...answers })))));
  }

  @Post('sales-uploads/:uploadId/readings')
  @Requires('claim.file', 'merchant')
  @Command(202)
  @ApiOperation({ summary: 'Read the whole file into sales records: at once, or by a job when it is long' })
  async read(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('uploadId', ParseUUIDPipe) uploadId: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const job = unwrap(await this.till.read(ctx, id, uploadId));
    void reply.header('location', job.self);
    return job;
  }

  @Post('sales-days')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Totals of days instead of a file; a day that is left out is unknown, a day with 0 had no sales' })
  async days(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() typed: DayTotalsDto): Promise<SalesSetView> {
    return unwrap(await this.sales.type(ctx, id, typed));
  }
}
