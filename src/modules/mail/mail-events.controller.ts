import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { ChoiceField, IdField, ListField } from '../../platform/http/fields.js';
import { Ctx, KeepsBytes, Public } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { MailEventsGuard } from './mail-events.guard.js';
import { MAIL_EVENTS, MailEvents, type MailEvent } from './mail-events.service.js';

export class MailEventDto {
  @IdField({ about: 'What stands before the @ of the Message-ID, or the reference of the text message' })
  letterId!: string;

  @ChoiceField(MAIL_EVENTS)
  event!: MailEvent['event'];
}

export class MailEventsDto {
  @ListField(() => MailEventDto, { maxItems: 400, minItems: 1 })
  events!: MailEventDto[];
}

@ApiTags('mail')
@Controller('v1/mail-events')
export class MailEventsController {
  constructor(private readonly events: MailEvents) {}

  @Post()
  @Public()
  @KeepsBytes()
  @UseGuards(MailEventsGuard)
  @HttpCode(200)
  @ApiHeader({ name: 'Makegood-Signature', required: true, description: 't=<seconds>,v1=<HMAC-SHA256 of "<t>.<body>" in hex, under MAIL_EVENTS_SECRET>' })
  @ApiOperation({ summary: 'Notices of delivery by a mail provider: letters that arrived, and such as came back' })
  async take(@Ctx() { actor, requestId }: Context, @Body() { events }: MailEventsDto): Promise<{ taken: number }> {
    return unwrap(await this.events.take({ actor, requestId }, events));
  }
}
