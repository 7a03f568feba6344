import { Controller, Get, Header, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { ChoiceField } from '../../platform/http/fields.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AssessmentQueries } from './assessment-queries.service.js';
import { Receipts } from './receipts.service.js';

class LanguageQuery {
  @ChoiceField(LANGUAGES, { optional: true, about: 'en when left out' })
  lang?: Language;
}

@ApiTags('assessments')
@Controller('v1/claims/:id/assessments')
export class AssessmentsController {
  constructor(private readonly queries: AssessmentQueries, private readonly receipts: Receipts) {}

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
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number) {
    return unwrap(await this.queries.get(ctx, id, n));
  }

  @Get(':n/trace')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Every step: block and version, inputs with values, parameters with path, unit, source and row, output (docs/api/trace.schema.json)' })
  async trace(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number) {
    return unwrap(await this.queries.trace(ctx, id, n));
  }

  @Get(':n/explanation')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'The working in plain words, line by line' })
  async explanation(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() query: LanguageQuery) {
    return unwrap(await this.queries.explanation(ctx, id, n, query.lang ?? 'en'));
  }

  @Get(':n/counterfactuals')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'What would have had to be different for another result, one thing at a time, with the smallest change that does it' })
  async counterfactuals(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Query() query: LanguageQuery) {
    return unwrap(await this.queries.counterfactuals(ctx, id, n, query.lang ?? 'en'));
  }

  @Get(':n/receipt')
  @Requires('claim.read', 'merchant')
  @Header('content-type', 'application/json')
  @Header('cache-control', 'no-store')
  @ApiProduces('application/json')
  @ApiOperation({ summary: 'A signed receipt (RFC 8785 JSON, Ed25519) that anyone can work out again offline; without names and ids' })
  async receipt(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Res({ passthrough: true }) reply: FastifyReply) {
    const { reference, text } = unwrap(await this.receipts.of(ctx, id, n));
    void reply.header('content-disposition', `attachment; filename="receipt-${reference}-${n}.json"`);
    return text;
  }
}
