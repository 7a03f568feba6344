import { Controller, Get, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LANGUAGES } from '../../core/policy/index.js';
import { sendFile } from '../../platform/http/download.js';
import { ForPeople, Public } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimEvidenceQueries } from '../../modules/claims/index.js';
import { ClaimArchives, ObjectionDecisions } from '../../modules/review/index.js';
import { Visitor, type Visit } from '../shared/portal.page.js';
import { holderOf } from './outside-link.rules.js';

/** The papers of the one case that a body outside decides, by its link and as long as that opens it. That they were read is recorded. */
@Controller(LANGUAGES.map((language) => `${language}/objection-case/:token`))
@ForPeople()
export class OutsideFilesController {
  constructor(private readonly decisions: ObjectionDecisions, private readonly evidence: ClaimEvidenceQueries, private readonly archives: ClaimArchives) {}

  @Get('archive')
  @Public()
  async archive(@Visitor() visit: Visit, @Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { claimId } = unwrap(await this.decisions.behind(token));
    return sendFile(reply, { ...unwrap(await this.archives.of(holderOf(visit.ctx), claimId)), mediaType: 'application/zip' });
  }

  @Get('papers/:evidenceId')
  @Public()
  async paper(@Visitor() visit: Visit, @Param('token') token: string, @Param('evidenceId', ParseUUIDPipe) evidenceId: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { claimId } = unwrap(await this.decisions.behind(token));
    const { file, stream } = unwrap(await this.evidence.open(holderOf(visit.ctx), claimId, evidenceId));
    return sendFile(reply, { stream, fileName: file.fileName, mediaType: file.mediaType ?? 'application/octet-stream', sizeBytes: file.sizeBytes });
  }
}
