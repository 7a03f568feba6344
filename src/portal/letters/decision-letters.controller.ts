import { Controller, Get, Headers, Param, ParseUUIDPipe, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { ChoiceField } from '../../platform/http/fields.js';
import { Ctx, Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { DecisionLetters } from '../../modules/review/index.js';
import { DecisionPages } from './decision-pages.service.js';

class LetterQuery {
  @ChoiceField(LANGUAGES, { optional: true, about: 'en when left out' })
  lang?: Language;
}

/** Stands here beside the confirmation: a document is made as the pages make it. */
@ApiTags('claims')
@Controller('v1/claims/:id/determinations')
export class DecisionLettersController {
  constructor(private readonly letters: DecisionLetters, private readonly pages: DecisionPages) {}

  @Get(':n/letter')
  @Requires('claim.read', 'merchant')
  @ApiProduces('application/json', 'application/pdf')
  @ApiOperation({ summary: 'A decision in words: outcome, reasons, working, what happens next and how to object; JSON, or a document when application/pdf is accepted' })
  async letter(
    @Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() { lang = 'en' }: LetterQuery, @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    void reply.header('cache-control', 'no-store').header('vary', 'accept');
    if (accept?.includes('application/pdf') === true) { await this.#document(ctx, id, n, lang, reply); return; }
    const letter = unwrap(await this.letters.of(ctx, id, n, lang));
    await reply.send({ self: `/v1/claims/${id}/determinations/${n}/letter`, n, ...letter, at: formatInstant(letter.at) });
  }

  @Get(':n/letter.pdf')
  @Requires('claim.read', 'merchant')
  @ApiProduces('application/pdf')
  @ApiOperation({ summary: 'A decision as a document to keep; the same decision gives the same bytes' })
  async pdf(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() { lang = 'en' }: LetterQuery, @Res() reply: FastifyReply): Promise<void> {
    await this.#document(ctx, id, n, lang, reply.header('cache-control', 'no-store'));
  }

  async #document(ctx: Context, id: string, n: number, language: Language, reply: FastifyReply): Promise<void> {
    const bytes = unwrap(await this.pages.pdf(ctx, id, n, language));
    await reply.header('content-type', 'application/pdf').header('content-disposition', `attachment; filename="decision-${n}.pdf"`).send(bytes);
  }
}
