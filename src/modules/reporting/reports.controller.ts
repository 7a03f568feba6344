import { Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { asksForCsv, sendFile } from '../../platform/http/download.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn } from '../../platform/http/wire.js';
import { ReportQuery } from './dto/report.dto.js';
import { REPORTS, reportCsv } from './reports.rules.js';
import { Reports, reportView } from './reports.service.js';

@ApiTags('reports')
@Controller('v1/reports')
export class ReportsController {
  constructor(private readonly reports: Reports) {}

  @Get()
  @Requires('report.read')
  @ApiOperation({ summary: 'The reports there are, with their columns' })
  list() {
    return { items: REPORTS.map(({ name, columns }) => ({ self: `/v1/reports/${name}`, name, columns: columns.map(({ key, kind }) => ({ key, kind })) })) };
  }

  @Get(':name')
  @Requires('report.read')
  @ApiProduces('application/json', 'text/csv')
  @ApiOperation({ summary: 'One report, as JSON or as a table' })
  async get(@Param('name') name: string, @Query() { scheme, since, until, format }: ReportQuery, @Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply) {
    const report = unwrap(await this.reports.run(name, {
      ...(scheme === undefined ? {} : { scheme }), ...(since === undefined ? {} : { since: unwrap(instantIn(since, '/since')) }), ...(until === undefined ? {} : { until: unwrap(instantIn(until, '/until')) }),
    }));
    if (!asksForCsv(format, accept)) return reportView(report);
    return sendFile(reply, { stream: Readable.from(reportCsv(report.definition, report.rows)), mediaType: 'text/csv; charset=utf-8', fileName: `${name}.csv` });
  }
}
