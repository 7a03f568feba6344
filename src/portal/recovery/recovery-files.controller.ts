import { Controller, Get, Param, ParseUUIDPipe, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LANGUAGES } from '../../core/policy/index.js';
import { sendFile } from '../../platform/http/download.js';
import { ForPeople, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { RecoveryDocuments } from '../../modules/recoveries/index.js';
import { FormGuard } from '../shared/form.guard.js';
import { Visitor, type Visit } from '../shared/portal.page.js';

/** The papers of a request as staff save them. */
@Controller(LANGUAGES.map((language) => `${language}/recoveries/:id/documents`))
@ForPeople()
@UseGuards(FormGuard)
export class RecoveryFilesController {
  constructor(private readonly documents: RecoveryDocuments) {}

  @Get(':documentId')
  @Requires('recovery.read')
  async content(@Visitor() { ctx }: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('documentId', ParseUUIDPipe) documentId: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { document, stream } = unwrap(await this.documents.open(ctx, id, documentId));
    return sendFile(reply, { stream, fileName: document.fileName ?? 'document', mediaType: document.mediaType, sizeBytes: document.sizeBytes });
  }
}
