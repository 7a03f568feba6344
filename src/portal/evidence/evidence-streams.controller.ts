import { Controller, Get, Head, HttpCode, Param, ParseUUIDPipe, Patch, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LANGUAGES } from '../../core/policy/index.js';
import { sendFile } from '../../platform/http/download.js';
import { ForPeople, Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ResumableUploads, TUS_TYPE } from '../../platform/http/resumable.js';
import { ClaimEvidence, ClaimEvidenceQueries, ClaimQueries } from '../../modules/claims/index.js';
import { ClaimArchives } from '../../modules/review/index.js';
import { FormGuard } from '../shared/form.guard.js';
import { Visitor, type Visit } from '../shared/portal.page.js';

/** What a page about evidence sends and fetches that is no page itself: files, and pieces of a resumable upload. Signed in as pages are. */
@Controller(LANGUAGES.map((language) => `${language}/claims/:reference`))
@ForPeople()
@UseGuards(FormGuard)
export class EvidenceStreamsController {
  constructor(
    private readonly claims: ClaimQueries,
    private readonly evidence: ClaimEvidence,
    private readonly queries: ClaimEvidenceQueries,
    private readonly archives: ClaimArchives,
    private readonly uploads: ResumableUploads,
  ) {}

  @Get('archive')
  @Requires('evidence.read', 'merchant')
  async archive(@Visitor() visit: Visit, @Param('reference') reference: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return sendFile(reply, { ...unwrap(await this.archives.of(visit.ctx, await this.#idOf(visit, reference))), mediaType: 'application/zip' });
  }

  @Get('evidence/:evidenceId')
  @Requires('evidence.read', 'merchant')
  async content(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { file, stream } = unwrap(await this.queries.open(visit.ctx, await this.#idOf(visit, reference), evidenceId));
    return sendFile(reply, { stream, fileName: file.fileName, mediaType: file.mediaType ?? 'application/octet-stream', sizeBytes: file.sizeBytes });
  }

  @Post('evidence/uploads')
  @Requires('claim.file', 'merchant')
  async begin(@Visitor() visit: Visit, @Param('reference') reference: string, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { length, ...file } = this.uploads.announced(request);
    const { id } = unwrap(await this.evidence.begin(visit.ctx, await this.#idOf(visit, reference), file, length));
    this.uploads.begun(reply);
    void reply.header('location', `/${visit.language}/claims/${reference}/evidence/uploads/${id}`);
    return '';
  }

  @Head('evidence/uploads/:evidenceId')
  @Requires('claim.file', 'merchant')
  async progress(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const id = await this.#idOf(visit, reference);
    if (await this.uploads.tell(reply, unwrap(await this.evidence.arriving(visit.ctx, id, evidenceId)))) unwrap(await this.evidence.finish(visit.ctx, id, evidenceId));
  }

  @Patch('evidence/uploads/:evidenceId')
  @Requires('claim.file', 'merchant')
  @HttpCode(204)
  @TakesFile(TUS_TYPE)
  async append(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const id = await this.#idOf(visit, reference);
    const arriving = unwrap(await this.evidence.arriving(visit.ctx, id, evidenceId));
    if (await this.uploads.append(request, reply, arriving)) unwrap(await this.evidence.finish(visit.ctx, id, evidenceId));
  }

  async #idOf(visit: Visit, reference: string): Promise<string> {
    return unwrap(await this.claims.byReference(visit.ctx, reference)).id;
  }
}
