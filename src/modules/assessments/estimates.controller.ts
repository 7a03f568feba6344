import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { ChoiceField } from '../../platform/http/fields.js';
import { Ctx, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimEstimates } from './claim-estimates.service.js';

class EstimateQuery {
  @ChoiceField(LANGUAGES, { optional: true, about: 'en when left out' })
  lang?: Language;
}

@ApiTags('assessments')
@Controller('v1/claims/:id')
export class EstimatesController {
  constructor(private readonly estimates: ClaimEstimates) {}

  @Get('estimate')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'What the claim would come to as it stands now, with its working: worked out by the engine that decides, kept nowhere' })
  async estimate(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Query() query: EstimateQuery) {
    return unwrap(await this.estimates.view(ctx, id, query.lang ?? 'en'));
  }
}
