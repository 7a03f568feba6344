import { Readable } from 'node:stream';
import { Body, Controller, Get, Headers, Param, ParseUUIDPipe, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { asksForCsv, sendFile } from '../../platform/http/download.js';
import { Command, Ctx, IfMatch, Public, Requires, TakesLongLists } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn } from '../../platform/http/wire.js';
import { ConfirmRevisionDto, CreateOutageDto, EndOutageDto, OUTAGE_BODY, OutageQuery, OutagesQuery, PointOfViewQuery, ProposeRevisionDto, SegmentsDto } from './dto/outage.dto.js';
import { contentIn, pointOfViewIn, segmentsIn } from './dto/revision-input.dto.js';
import { ImportQueries } from './imports/import-queries.service.js';
import { OutageRegister } from './outage-register.service.js';
import { outageCsv } from './outage-csv.rules.js';
import { atVersion } from './register-answers.rules.js';
import { RegisterQueries, type PointOfView } from './register-queries.service.js';
import type { OutageSnapshot, OutageView } from './views/outage-view.js';

@ApiTags('register')
@Controller('v1/outages')
export class OutagesController {
  constructor(private readonly register: OutageRegister, private readonly queries: RegisterQueries, private readonly imports: ImportQueries, private readonly database: Database) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'Outages, newest first, as known now or at a point of view' })
  async list(@Ctx() ctx: Context, @Query() query: OutagesQuery, @Res({ passthrough: true }) reply: FastifyReply) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = unwrap(decodeIdCursor(query.cursor));
    const wanted = { ...(before === undefined ? {} : { before }), limit: limit + 1 };
    const { reader } = this.database;
    const { state } = query;
    if (state === 'draft') {
      const registerVersion = await this.queries.registerVersion(reader);
      atVersion(reply, registerVersion);
      return { ...pageOf(await this.queries.drafts(reader, ctx.actor, wanted), limit, ({ id }) => [id]), registerVersion };
    }
    const registerVersion = unwrap(await this.queries.versionOf(reader, unwrap(pointOfViewIn(query))));
    atVersion(reply, registerVersion);
    const filters = { ...(query.service === undefined ? {} : { service: query.service }), ...(state === undefined ? {} : { state }) };
    return { ...pageOf(await this.queries.page(reader, { ...wanted, ...filters, registerVersion }), limit, ({ id }) => [id]), registerVersion };
  }

  @Get(':id')
  @Public()
  @ApiProduces('application/json', 'text/csv')
  @ApiOperation({ summary: 'One outage with its scope, official windows and segments' })
  async get(
    @Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Query() query: OutageQuery, @Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { registerVersion, outage } = await this.#known(ctx, id, query);
    atVersion(reply, registerVersion);
    if (!asksForCsv(query.format, accept)) return outage;
    const stream = Readable.from(outageCsv(outage, registerVersion));
    return sendFile(reply, { stream, mediaType: 'text/csv; charset=utf-8', fileName: `outage-${outage.code}-v${registerVersion}.csv` });
  }

  @Get(':id/segments')
  @Public()
  @ApiOperation({ summary: 'The segments of an outage, as they stand or at a point of view' })
  async segments(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Query() query: PointOfViewQuery, @Res({ passthrough: true }) reply: FastifyReply) {
    const { registerVersion, outage } = await this.#known(ctx, id, query);
    atVersion(reply, registerVersion);
    const { segments, revision } = outage;
    return { registerVersion, revision, segments, ...('version' in outage ? { version: outage.version } : {}) };
  }

  @Get(':id/revisions')
  @Public()
  @ApiOperation({ summary: 'What was written and what became of it; drafts and proposals for register staff' })
  async revisions(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Query() query: PointOfViewQuery, @Res({ passthrough: true }) reply: FastifyReply) {
    const { reader } = this.database;
    const view = unwrap(pointOfViewIn(query));
    const answer = isNow(view)
      ? { registerVersion: await this.queries.registerVersion(reader), items: unwrap(await this.queries.revisions(reader, ctx.actor, id)) }
      : unwrap(await this.queries.revisionsAsOf(reader, id, view));
    atVersion(reply, answer.registerVersion);
    return answer;
  }

  @Get(':id/revisions/:number')
  @Public()
  @ApiOperation({ summary: 'One revision with everything it says' })
  async revision(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('number') number: string, @Res({ passthrough: true }) reply: FastifyReply) {
    atVersion(reply, await this.queries.registerVersion(this.database.reader));
    return unwrap(await this.queries.revision(this.database.reader, ctx.actor, id, number));
  }

  @Get(':id/rival-lines')
  @Requires('outage.read_drafts')
  @ApiOperation({ summary: 'What sources said that were not believed when it was written' })
  async rivals(@Param('id', ParseUUIDPipe) id: string) {
    return { items: await this.imports.rivals(id) };
  }

  @Post()
  @Requires('outage.edit')
  @Command()
  @TakesLongLists(OUTAGE_BODY)
  @ApiOperation({ summary: 'Writes down an outage as a draft' })
  async create(@Ctx() ctx: Context, @Body() body: CreateOutageDto) {
    return unwrap(await this.register.createDraft(ctx, { code: body.code, title: { ...body.title }, content: unwrap(contentIn(body)) }));
  }

  @Put(':id/segments')
  @Requires('outage.edit')
  @TakesLongLists(OUTAGE_BODY)
  @ApiOperation({ summary: 'Replaces the whole list of segments of a draft' })
  async putSegments(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { segments }: SegmentsDto) {
    return unwrap(await this.register.putSegments(ctx, id, version, unwrap(segmentsIn(segments))));
  }

  @Post(':id/revisions')
  @Requires('outage.edit')
  @Command()
  @TakesLongLists(OUTAGE_BODY)
  @ApiOperation({ summary: 'Proposes everything anew: at once for a draft, else once another editor confirms it' })
  async propose(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: ProposeRevisionDto) {
    return unwrap(await this.register.proposeRevision(ctx, id, version, { reason: body.reason, content: unwrap(contentIn(body)) }));
  }

  @Post(':id/confirmations')
  @Requires('outage.confirm')
  @Command()
  @ApiOperation({ summary: 'Makes a revision that somebody else wrote count' })
  async confirm(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { revision }: ConfirmRevisionDto) {
    return unwrap(await this.register.confirm(ctx, id, version, revision));
  }

  @Post(':id/endings')
  @Requires('outage.edit')
  @Command()
  @ApiOperation({ summary: 'States when the outage ended; closes open lines' })
  async end(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { endedAt }: EndOutageDto) {
    return unwrap(await this.register.end(ctx, id, version, unwrap(instantIn(endedAt, '/endedAt'))));
  }

  @Post(':id/finalisations')
  @Requires('outage.confirm')
  @Command()
  @ApiOperation({ summary: 'Declares that nothing more is expected; touches no segment' })
  async finalise(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.register.finalise(ctx, id, version));
  }

  /** An outage now or at a point of view, and the register version that is the answer's: a change in between is either not in it, or is that version. */
  async #known(ctx: Context, id: string, query: PointOfViewQuery): Promise<{ registerVersion: number; outage: OutageView | OutageSnapshot }> {
    const { reader } = this.database;
    const view = unwrap(pointOfViewIn(query));
    const registerVersion = unwrap(await this.queries.versionOf(reader, view));
    if (!isNow(view)) return { registerVersion, outage: unwrap(await this.queries.outageAsOf(reader, id, { registerVersion })) };
    const outage = unwrap(await this.queries.outage(reader, ctx.actor, id));
    return { registerVersion: Math.max(registerVersion, outage.registerVersion ?? 0), outage };
  }
}

const isNow = ({ asOf, registerVersion }: PointOfView): boolean => asOf === undefined && registerVersion === undefined;
