import { Controller, Delete, Get, Head, HttpCode, Param, ParseUUIDPipe, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Context } from '../../platform/access/context.js';
import { sendFile } from '../../platform/http/download.js';
import { Command, Ctx, Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { ResumableUploads, TUS_TYPE } from '../../platform/http/resumable.js';
import { uploadOf } from '../../platform/http/upload.js';
import { ClaimEvidence } from './claim-evidence.service.js';
import { ClaimEvidenceQueries } from './claim-evidence-queries.service.js';

@ApiTags('claims')
@Controller('v1/claims/:id/evidence')
export class ClaimEvidenceController {
  constructor(private readonly evidence: ClaimEvidence, private readonly queries: ClaimEvidenceQueries, private readonly uploads: ResumableUploads) {}

  @Get()
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Photos and documents of the claim with their states, what the policy asks for, and what is taken' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.sheet(ctx, id));
  }

  @Post()
  @Requires('claim.file', 'merchant')
  @Command()
  @TakesFile()
  @ApiOperation({ summary: 'Add a photo or a PDF, whole; the kind as a field before the file' })
  async add(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Req() request: MakegoodRequest) {
    const upload = request.isMultipart() ? await uploadOf(request) : undefined;
    // Whose claim it is comes first: nobody learns from a missing file that there is one.
    if (upload === undefined) {
      unwrap(await this.queries.sheet(ctx, id));
      throw new RefusalException({ code: 'claims.file_missing', params: {} });
    }
    return unwrap(await this.evidence.add(ctx, id, { fileName: upload.fileName, kind: upload.fields['kind'] }, upload.stream));
  }

  @Delete(':evidenceId')
  @Requires('claim.file', 'merchant')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take back a file that has not been filed' })
  async remove(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string): Promise<void> {
    unwrap(await this.evidence.remove(ctx, id, evidenceId));
  }

  @Get(':evidenceId/content')
  @Requires('evidence.read', 'merchant')
  @ApiOperation({ summary: 'The file itself, as an attachment; who had it is recorded' })
  async content(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { file, stream } = unwrap(await this.queries.open(ctx, id, evidenceId));
    return sendFile(reply, { stream, fileName: file.fileName, mediaType: file.mediaType ?? 'application/octet-stream', sizeBytes: file.sizeBytes });
  }

  @Post('uploads')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiHeader({ name: 'Upload-Length', required: true, description: 'Bytes of the whole file' })
  @ApiHeader({ name: 'Upload-Metadata', required: false, description: 'filename and kind, base64, as tus has it' })
  @ApiOperation({ summary: 'Begin a resumable upload (tus 1.0.0); it goes on at the Location' })
  async begin(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { length, ...file } = this.uploads.announced(request);
    const begun = unwrap(await this.evidence.begin(ctx, id, file, length));
    this.uploads.begun(reply);
    return begun;
  }

  @Head('uploads/:evidenceId')
  @Requires('claim.file', 'merchant')
  @ApiOperation({ summary: 'How much of a resumable upload has arrived' })
  async progress(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const arriving = unwrap(await this.evidence.arriving(ctx, id, evidenceId));
    // All of it came, and the answer to its last piece was lost: what follows is done now.
    if (await this.uploads.tell(reply, arriving)) unwrap(await this.evidence.finish(ctx, id, evidenceId));
  }

  @Patch('uploads/:evidenceId')
  @Requires('claim.file', 'merchant')
  @HttpCode(204)
  @TakesFile(TUS_TYPE)
  @ApiHeader({ name: 'Upload-Offset', required: true, description: 'Where these bytes belong: as many as have arrived' })
  @ApiOperation({ summary: 'Send the next piece of a resumable upload; with the last one the file is examined' })
  async append(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const arriving = unwrap(await this.evidence.arriving(ctx, id, evidenceId));
    if (await this.uploads.append(request, reply, arriving)) unwrap(await this.evidence.finish(ctx, id, evidenceId));
  }
}
