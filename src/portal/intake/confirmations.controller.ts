import { Controller, Get, Param, ParseUUIDPipe, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { ChoiceField } from '../../platform/http/fields.js';
import { Ctx, Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Confirmations } from './confirmation.service.js';

class ConfirmationQuery {
  @ChoiceField(LANGUAGES, { optional: true, about: 'en when left out' })
  lang?: Language;
}

/** Stands here and not with the claims, because it speaks to people: its words are those of the pages. */
@ApiTags('claims')
@Controller('v1/claims/:id/versions')
export class ConfirmationsController {
  constructor(private readonly confirmations: Confirmations) {}

  @Get(':n/confirmation.pdf')
  @Requires('claim.read', 'merchant')
  @ApiProduces('application/pdf')
  @ApiOperation({ summary: 'What was filed, as a document to keep; the same version gives the same bytes' })
  async pdf(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() query: ConfirmationQuery, @Res() reply: FastifyReply): Promise<void> {
    const bytes = unwrap(await this.confirmations.pdf(ctx, id, n, query.lang ?? 'en'));
    await reply.header('content-type', 'application/pdf').header('cache-control', 'no-store').header('content-disposition', `attachment; filename="claim-${n}.pdf"`).send(bytes);
  }
}
