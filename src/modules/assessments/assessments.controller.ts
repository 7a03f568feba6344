import { Controller, Get, Param, ParseIntPipe, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { ChoiceField } from '../../platform/http/fields.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AssessmentQueries } from './assessment-queries.service.js';

class ExplanationQuery {
  @ChoiceField(LANGUAGES, { optional: true, about: 'en when left out' })
  lang?: Language;
}

@ApiTags('assessments')
@Controller('v1/claims/:id/assessments')
export class AssessmentsController {
  constructor(private readonly queries: AssessmentQueries) {}

  @Get()
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Assessments of a claim, newest first' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.list(ctx, id));
  }

  @Post()
  @Requires('assessment.rerun')
  @Command(202)
  @ApiOperation({ summary: 'Assess again; stores nothing when nothing has changed' })
  async rerun(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.rerun(ctx, id));
  }

  @Get(':n')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'One assessment: outcome, amount, lanes, findings' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', ParseIntPipe) n: number) {
    return unwrap(await this.queries.get(ctx, id, n));
  }

  @Get(':n/trace')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Every step: block and version, inputs, parameters with source, output' })
  async trace(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', ParseIntPipe) n: number) {
    return unwrap(await this.queries.trace(ctx, id, n));
  }

  @Get(':n/explanation')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'The working in plain words, line by line' })
  async explanation(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', ParseIntPipe) n: number, @Query() query: ExplanationQuery) {
    return unwrap(await this.queries.explanation(ctx, id, n, query.lang ?? 'en'));
  }
}
