import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Database } from '../../platform/database/database.js';
import { Public } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { intervalIn } from '../../platform/http/wire.js';
import { TimelineQuery } from './dto/outage.dto.js';
import { pointOfViewIn } from './dto/revision-input.dto.js';
import { asksForCsv } from '../../platform/http/download.js';
import { atVersion } from './register-answers.rules.js';
import { RegisterQueries } from './register-queries.service.js';
import { timelineCsv } from './views/timeline-view.js';

@ApiTags('register')
@Controller('v1/timeline')
export class TimelineController {
  constructor(private readonly queries: RegisterQueries, private readonly database: Database) {}

  @Get()
  @Public()
  @ApiProduces('application/json', 'text/csv')
  @ApiOperation({ summary: 'What is recorded for a service, at each instant the worst of all outages' })
  async get(@Query() query: TimelineQuery, @Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply) {
    const window = unwrap(intervalIn(query, ''));
    const question = { service: query.service, ...(query.region === undefined ? {} : { region: query.region }), window };
    const view = unwrap(await this.queries.timeline(this.database.reader, question, unwrap(pointOfViewIn(query))));
    atVersion(reply, view.registerVersion);
    if (!asksForCsv(query.format, accept)) return view;
    void reply.header('content-type', 'text/csv; charset=utf-8');
    return timelineCsv(view);
  }
}
