import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { SecondLookDto } from './dto/sampling.dto.js';
import { SecondLookViews } from './second-look-views.service.js';
import { SecondLooks } from './second-looks.service.js';

@ApiTags('sampling')
@Controller('v1/claims/:id/second-looks')
export class SecondLooksController {
  constructor(private readonly looks: SecondLooks, private readonly views: SecondLookViews) {}

  @Get()
  @Requires('queue.read')
  @ApiOperation({ summary: 'Whether a claim was drawn for the sample, and what was found of its decisions' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.views.of(ctx, id));
  }

  @Post()
  @Requires('sampling.look')
  @Command()
  @ApiOperation({ summary: 'Say of the decision of a sampled claim whether you would have decided the same; a disagreement becomes a supervisor\'s task' })
  async look(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { verdict, reason }: SecondLookDto) {
    return unwrap(await this.looks.look(ctx, id, version, { verdict, reason }));
  }
}
