import { Controller, Get, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Ctx, Requires } from '../../../platform/http/metadata.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { ClaimPayments } from './claim-payments.service.js';

@ApiTags('claims')
@Controller('v1/claims/:id/payments')
export class ClaimPaymentsController {
  constructor(private readonly payments: ClaimPayments) {}

  @Get()
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'What was and is being paid on a claim, what is due, what stops it, and what has to come back' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.payments.of(ctx, id));
  }
}
