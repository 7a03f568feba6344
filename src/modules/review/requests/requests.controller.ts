import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { NumberPipe } from '../../../platform/http/number.pipe.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { AskAgainDto, InformationAnswerDto, InformationRequestDto } from './dto/request.dto.js';
import { InformationAnswers } from './information-answers.service.js';
import { InformationRequests } from './information-requests.service.js';
import { RequestQueries } from './request-queries.service.js';

@ApiTags('review')
@Controller('v1/claims/:id/information-requests')
export class RequestsController {
  constructor(private readonly requests: InformationRequests, private readonly replies: InformationAnswers, private readonly queries: RequestQueries) {}

  @Get()
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'What was asked for, by when, and what was said to it; how long the claim has waited for its merchant; for staff what may be asked for' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.list(ctx, id));
  }

  @Post()
  @Requires('claim.recommend')
  @Command()
  @ApiOperation({ summary: 'Ask the merchant for items of the catalogue; the claim waits, and its owners are written to' })
  async ask(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { items, dueOn, note }: InformationRequestDto) {
    return unwrap(await this.requests.ask(ctx, id, version, { items, dueOn, ...(note === undefined ? {} : { note }) }));
  }

  @Post(':n/notices')
  @Requires('claim.recommend')
  @Command()
  @ApiOperation({ summary: 'Put an open request again, with a new last day: for a notice that came back' })
  async askAgain(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number, @Body() { dueOn }: AskAgainDto) {
    return unwrap(await this.requests.askAgain(ctx, id, n, version, dueOn));
  }

  @Post(':n/answers')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Answer all of it at once: each item given, or why it cannot be; the claim is frozen anew and assessed again' })
  async answer(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number, @Body() { items, answers = {} }: InformationAnswerDto) {
    return unwrap(await this.replies.answer(ctx, id, n, version, { replies: items, answers }));
  }
}
