import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Context } from '../../../platform/access/context.js';
import { sendFile } from '../../../platform/http/download.js';
import { Command, Ctx, IfMatch, Public, Requires } from '../../../platform/http/metadata.js';
import { CursorQuery, decodeIdCursor, DEFAULT_LIMIT, pageOf } from '../../../platform/http/page.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { intervalIn } from '../../../platform/http/wire.js';
import { NewPeriodDto } from './dto/sampling.dto.js';
import { SampleLists } from './sample-lists.service.js';
import { Sampling } from './sampling.service.js';
import { rateIn } from './sampling.rules.js';

@ApiTags('sampling')
@Controller('v1/sampling-periods')
export class SamplingController {
  constructor(private readonly sampling: Sampling, private readonly lists: SampleLists) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'Periods from which claims are drawn for people to look at, the newest first' })
  async list(@Query() { limit = DEFAULT_LIMIT, cursor }: CursorQuery) {
    const after = unwrap(decodeIdCursor(cursor));
    return pageOf(await this.sampling.page({ ...(after === undefined ? {} : { after }), limit: limit + 1 }), limit, ({ id }) => [id]);
  }

  @Post()
  @Requires('sampling.commit')
  @Command()
  @ApiOperation({ summary: 'Commit to a period that lies ahead: a seed is drawn and sealed, and its digest published' })
  async commit(@Ctx() ctx: Context, @Body() body: NewPeriodDto) {
    const span = unwrap(intervalIn(body, ''));
    return unwrap(await this.sampling.commit(ctx, { span, ratePerMillion: unwrap(rateIn(body.rate)) }));
  }

  @Get(':id')
  @Public()
  @ApiOperation({ summary: 'One period; with its seed when it is over' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.sampling.find(id));
  }

  @Get(':id/commitment')
  @Public()
  @ApiOperation({ summary: 'What was published before the period began: SHA-256 of the seed' })
  async commitment(@Param('id', ParseUUIDPipe) id: string) {
    const { commitment, committedAt, from } = unwrap(await this.sampling.find(id));
    return { algorithm: 'SHA-256', commitment, committedAt, from };
  }

  @Post(':id/reveal')
  @Requires('sampling.commit')
  @Command()
  @HttpCode(201)
  @ApiOperation({ summary: 'Reveal the seed of a period that is over; it is revealed by itself soon after' })
  async reveal(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.sampling.reveal(ctx, id, version));
  }

  @Get(':id/sample')
  @Public()
  @ApiProduces('text/csv')
  @ApiOperation({ summary: 'Every claim that was drawn from, its draw, whether it is in the sample, and whether a second look agreed with its decision; when the seed is revealed' })
  async sample(@Param('id', ParseUUIDPipe) id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const rows = unwrap(await this.lists.csv(id));
    return sendFile(reply, { stream: Readable.from(rows), mediaType: 'text/csv; charset=utf-8', fileName: `sample-${id}.csv` });
  }
}
