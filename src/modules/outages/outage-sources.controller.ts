import { Body, Controller, Get, Headers, HttpCode, Param, ParseUUIDPipe, Post, Put, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, KeepsBytes, Public, Requires, TakesFile, TakesLongLists, type MakegoodRequest } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeIdCursor } from '../../platform/http/page.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../platform/http/upload.js';
import { AddSourceDto, SOURCE_BODY, SourceSettingsDto, SwitchSourceDto } from './dto/outage-source.dto.js';
import { CSV_TEMPLATE } from './imports/csv.importer.js';
import { FeedSending } from './imports/feed-sending.service.js';
import { ImportQueries } from './imports/import-queries.service.js';
import { OutageSources } from './imports/outage-sources.service.js';
import type { SourceSettings } from './imports/sources.repository.js';
import { sourceView } from './views/outage-source-view.js';

const settingsIn = (body: SourceSettingsDto): SourceSettings => ({
  name: body.name, url: body.url ?? null, scheduleSeconds: body.scheduleSeconds ?? null, joinGapSeconds: body.joinGapSeconds, sampleSeconds: body.sampleSeconds ?? null,
  levels: { ...body.levels },
  mapping: body.mapping.map(({ component, feedRegion = '*', service, region = '*' }) => ({ component, feedRegion, region, ...(service === undefined ? {} : { service }) })),
});

@ApiTags('register')
@Controller('v1/outage-sources')
export class OutageSourcesController {
  constructor(private readonly sources: OutageSources, private readonly sending: FeedSending, private readonly queries: ImportQueries) {}

  @Get()
  @Requires('outage.read_drafts')
  @ApiOperation({ summary: 'Where downtime is heard of, newest first' })
  async list(@Query() query: CursorQuery) {
    const before = unwrap(decodeIdCursor(query.cursor));
    return this.queries.sourcePage({ limit: query.limit ?? DEFAULT_LIMIT, ...(before === undefined ? {} : { before }) });
  }

  @Post()
  @Requires('outage.edit')
  @TakesLongLists(SOURCE_BODY)
  @ApiOperation({ summary: 'Adds a source; an Alertmanager receiver answers with its token, once' })
  async add(@Ctx() ctx: Context, @Body() body: AddSourceDto) {
    const { source, token } = unwrap(await this.sources.add(ctx, { ...settingsIn(body), kind: body.kind }));
    return { ...sourceView(source), ...(token === undefined ? {} : { token }) };
  }

  @Get('csv-template')
  @Public()
  @ApiProduces('text/csv')
  @ApiOperation({ summary: 'The table to fill in for a source of kind csv' })
  template(): StreamableFile {
    return new StreamableFile(Buffer.from(CSV_TEMPLATE), { type: 'text/csv; charset=utf-8', disposition: 'attachment; filename="outages.csv"' });
  }

  @Get(':id')
  @Requires('outage.read_drafts')
  @ApiOperation({ summary: 'One source with its gaps, its last failure and what it sent' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.source(id));
  }

  @Put(':id')
  @Requires('outage.edit')
  @TakesLongLists(SOURCE_BODY)
  @ApiOperation({ summary: 'Replaces what is set of a source; what it sent last is read again' })
  async change(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: SourceSettingsDto) {
    return sourceView(unwrap(await this.sources.change(ctx, id, version, settingsIn(body))));
  }

  @Post(':id/switches')
  @Requires('outage.edit')
  @Command()
  @ApiOperation({ summary: 'Switches a source on or off; its time off is unknown' })
  async switch(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { to }: SwitchSourceDto) {
    return sourceView(unwrap(await this.sources.switch(ctx, id, version, to === 'on')));
  }

  @Post(':id/alerts')
  @Public()
  @KeepsBytes()
  @HttpCode(202)
  @ApiHeader({ name: 'Authorization', required: true, description: 'Bearer and the token of the receiver' })
  @ApiOperation({ summary: 'Receiver for an Alertmanager webhook, version 4; the same alert told again changes nothing' })
  async alert(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Headers('authorization') header: string | undefined, @Req() { bytes }: MakegoodRequest) {
    const token = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(header ?? '')?.[1] ?? '';
    return unwrap(await this.sending.alert({ actor: ctx.actor, requestId: ctx.requestId }, id, token, bytes ?? Buffer.alloc(0)));
  }
}

@ApiTags('register')
@Controller('v1/outage-imports')
export class OutageImportsController {
  constructor(private readonly sending: FeedSending) {}

  @Post()
  @Requires('outage.edit')
  @Command(202)
  @TakesFile('text/csv')
  @ApiOperation({ summary: 'Uploads a file of a source (field or query "source"); what is new in it is proposed' })
  async upload(@Ctx() ctx: Context, @Req() request: MakegoodRequest) {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    const id = upload?.fields['source'] ?? '';
    if (upload === undefined) throw new RefusalException({ code: 'imports.file_missing', params: {} });
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
      for await (const _chunk of upload.stream);
      throw new RefusalException({ code: 'imports.source_not_found', params: { id: id.slice(0, 40) } });
    }
    return unwrap(await this.sending.upload(ctx, id, upload.stream));
  }
}
