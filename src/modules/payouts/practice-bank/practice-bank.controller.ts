import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, Requires } from '../../../platform/http/metadata.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { PracticeAnswerDto } from '../dto/practice-bank.dto.js';
import { PracticeAnswers } from './practice-answers.service.js';

@ApiTags('payouts')
@Controller('v1/practice-bank')
export class PracticeBankController {
  constructor(private readonly answers: PracticeAnswers) {}

  @Post('answers')
  @Requires('payout.reconcile')
  @Command()
  @ApiOperation({ summary: 'Has a bank to practise on answer the file of a released batch, with files to bring in as those of a bank; not in production' })
  async answer(@Ctx() ctx: Context, @Body() body: PracticeAnswerDto) {
    return unwrap(await this.answers.of(ctx, body));
  }
}
