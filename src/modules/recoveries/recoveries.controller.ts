import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Context } from '../../platform/access/context.js';
import { sendFile } from '../../platform/http/download.js';
import { Command, Ctx, IfMatch, Public, Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor } from '../../platform/http/page.js';
import { limitedTo } from '../../platform/http/rate-limit.guard.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { RecoveriesQuery, RecoveryMatchDto, RecoveryReasonDto, RecoveryRecommendationDto, RecoveryRequestDto } from './dto/recovery.dto.js';
import type { RecoveryRow } from './recoveries.repository.js';
import { RecoveryCasework } from './recovery-casework.service.js';
import { RecoveryDocuments } from './recovery-documents.service.js';
import { RecoveryQueries } from './recovery-queries.service.js';
import { RecoveryRequests, type RecoveryReceipt } from './recovery-requests.service.js';
import type { RecoveryDetail } from './views/recovery-view.js';
import type { Result } from '../../core/errors/index.js';

const ASKS = { most: 60, perSeconds: 3_600 };

@ApiTags('recovery requests')
@Controller('v1/recovery-requests')
export class RecoveriesController {
  constructor(private readonly requests: RecoveryRequests, private readonly queries: RecoveryQueries, private readonly casework: RecoveryCasework, private readonly documents: RecoveryDocuments) {}

  @Post()
  @Public()
  @UseGuards(limitedTo(ASKS.most, ASKS.perSeconds))
  @Command(202)
  @ApiOperation({ summary: 'Somebody can no longer sign in, or a business has changed hands; the answer is the same whichever business it is' })
  async ask(@Ctx() ctx: Context, @Body() body: RecoveryRequestDto): Promise<RecoveryReceipt> {
    return unwrap(await this.requests.ask(ctx, body));
  }

  @Get()
  @Requires('recovery.read')
  @ApiOperation({ summary: 'Requests that wait, the oldest first; or those settled, the newest first' })
  async list(@Ctx() ctx: Context, @Query() query: RecoveriesQuery) {
    const after = unwrap(decodeIdCursor(query.cursor));
    return this.queries.page(ctx, { settled: query.show === 'settled', limit: query.limit ?? DEFAULT_LIMIT, ...(after === undefined ? {} : { after }) });
  }

  @Get(':id')
  @Requires('recovery.read')
  @ApiOperation({ summary: 'A request with all that is needed to settle it' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<RecoveryDetail> {
    return unwrap(await this.queries.get(ctx, id));
  }

  @Get(':id/documents/:documentId')
  @Requires('recovery.read')
  @ApiOperation({ summary: 'A paper that came with the request, as an attachment; who had it is recorded' })
  async document(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('documentId', ParseUUIDPipe) documentId: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { document, stream } = unwrap(await this.documents.open(ctx, id, documentId));
    return sendFile(reply, { stream, fileName: document.fileName ?? 'document', mediaType: document.mediaType, sizeBytes: document.sizeBytes });
  }

  @Post(':id/matches')
  @Requires('recovery.recommend')
  @Command()
  @ApiOperation({ summary: 'Say which business it is about, where none was found' })
  async match(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: RecoveryMatchDto): Promise<RecoveryDetail> {
    return this.#after(ctx, await this.casework.match(ctx, id, version, body.business));
  }

  @Post(':id/recommendations')
  @Requires('recovery.recommend')
  @Command()
  @ApiOperation({ summary: 'Recommend to grant it, and say what was seen' })
  async recommend(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: RecoveryRecommendationDto): Promise<RecoveryDetail> {
    const { personId, reason } = body;
    return this.#after(ctx, await this.casework.recommend(ctx, id, version, { reason, ...(personId === undefined ? {} : { personId }) }));
  }

  @Post(':id/returns')
  @Requires('recovery.decide')
  @Command()
  @ApiOperation({ summary: 'Send a recommendation back' })
  async sendBack(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: RecoveryReasonDto): Promise<RecoveryDetail> {
    return this.#after(ctx, await this.casework.sendBack(ctx, id, version, body.reason));
  }

  @Post(':id/grants')
  @Requires('recovery.decide')
  @Command()
  @ApiOperation({ summary: 'Grant what another person recommended: the account moves to the new address, or a new owner is invited' })
  async grant(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number): Promise<RecoveryDetail> {
    return this.#after(ctx, await this.casework.grant(ctx, id, version));
  }

  @Post(':id/refusals')
  @Requires('recovery.read')
  @Command()
  @ApiOperation({ summary: 'Refuse it; the reason goes to whoever asked' })
  async refuse(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: RecoveryReasonDto): Promise<RecoveryDetail> {
    return this.#after(ctx, await this.casework.refuse(ctx, id, version, body.reason));
  }

  async #after(ctx: Context, done: Result<RecoveryRow>): Promise<RecoveryDetail> {
    return unwrap(await this.queries.get(ctx, unwrap(done).id));
  }
}
