import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { intervalIn, moneyIn } from '../../platform/http/wire.js';
import { ClaimDrafting, type DraftChange } from './claim-drafting.service.js';
import { ClaimQueries } from './claim-queries.service.js';
import { ClaimSights } from './claim-sights.service.js';
import { ClaimSubmission } from './claim-submission.service.js';
import { AmendmentDto, ClaimChangeDto, ClaimsQuery, NewClaimDto, SubmissionDto } from './dto/claim.dto.js';

function changeIn({ services, window, declaredLoss, answers }: ClaimChangeDto): DraftChange {
  return {
    ...(services === undefined ? {} : { services }),
    ...(window === undefined ? {} : { window: unwrap(intervalIn(window, '/window')) }),
    ...(declaredLoss === undefined ? {} : { declaredLoss: unwrap(moneyIn(declaredLoss, '/declaredLoss')) }),
    ...(answers === undefined ? {} : { answers }),
  };
}

@ApiTags('claims')
@Controller('v1/claims')
export class ClaimsController {
  constructor(
    private readonly drafting: ClaimDrafting,
    private readonly submission: ClaimSubmission,
    private readonly queries: ClaimQueries,
    private readonly sights: ClaimSights,
  ) {}

  @Post()
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Begin a claim: a draft, which may still change' })
  async create(@Ctx() ctx: Context, @Body() body: NewClaimDto) {
    const window = unwrap(intervalIn(body.window, '/window'));
    return unwrap(await this.drafting.create(ctx, { answers: {}, ...changeIn(body), schemeId: body.schemeId, siteId: body.siteId, window }));
  }

  @Get()
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Claims, newest first; a merchant sees its own' })
  async list(@Ctx() ctx: Context, @Query() query: ClaimsQuery) {
    const before = unwrap(decodeIdCursor(query.cursor));
    return this.queries.list(ctx, {
      limit: query.limit ?? DEFAULT_LIMIT, ...(query.state === undefined ? {} : { state: query.state }), ...(before === undefined ? {} : { before }),
    });
  }

  @Get(':id')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'A claim with its decisions and entitlements' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    const claim = unwrap(await this.queries.get(ctx, id));
    await this.sights.note(ctx, id);
    return claim;
  }

  @Patch(':id')
  @Requires('claim.file', 'merchant')
  @ApiOperation({ summary: 'Change a draft' })
  async edit(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: ClaimChangeDto) {
    return unwrap(await this.drafting.edit(ctx, id, version, changeIn(body)));
  }

  @Delete(':id')
  @Requires('claim.file', 'merchant')
  @HttpCode(204)
  @ApiOperation({ summary: 'Throw a draft away' })
  async discard(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number): Promise<void> {
    unwrap(await this.drafting.discard(ctx, id, version));
  }

  @Post(':id/submissions')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'File the claim; the assessment follows at once' })
  async submit(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: SubmissionDto) {
    return unwrap(await this.submission.submit(ctx, id, version, body.declarations));
  }

  @Post(':id/amendments')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'File the claim again with what has changed, before anybody has opened it' })
  async amend(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: AmendmentDto) {
    return unwrap(await this.submission.amend(ctx, id, version, body.declarations, changeIn(body)));
  }

  @Post(':id/corrections')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Correct a claim that the operator opened: filed anew with what has changed; what was offered stays the least' })
  async correct(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: AmendmentDto) {
    return unwrap(await this.submission.correct(ctx, id, version, body.declarations, changeIn(body)));
  }

  @Get(':id/timeline')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'What happened to the claim, in order' })
  async timeline(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.timeline(ctx, id));
  }
}
