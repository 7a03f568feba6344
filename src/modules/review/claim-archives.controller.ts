import { Controller, Get, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Context } from '../../platform/access/context.js';
import { sendFile } from '../../platform/http/download.js';
import { Ctx, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimArchives } from './claim-archives.service.js';

@ApiTags('claims')
@Controller('v1/claims/:id/archive')
export class ClaimArchivesController {
  constructor(private readonly archives: ClaimArchives) {}

  @Get()
  @Requires('evidence.read', 'merchant')
  @ApiProduces('application/zip')
  @ApiOperation({ summary: 'Everything given and got for the claim as a ZIP: versions, evidence, workings, receipts, decisions' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return sendFile(reply, { ...unwrap(await this.archives.of(ctx, id)), mediaType: 'application/zip' });
  }
}
