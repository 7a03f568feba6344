import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { LinesQuery } from './dto/payout.dto.js';
import { LedgerProofs } from './ledger-proofs.service.js';

@ApiTags('payouts')
@Controller('v1')
export class LedgerProofsController {
  constructor(private readonly proofs: LedgerProofs) {}

  @Get('funds/:id/proofs')
  @Requires('fund.read')
  @ApiOperation({ summary: 'Day by day, what the payments of a fund and its ledger came to, newest first' })
  async ofFund(@Param('id', ParseUUIDPipe) id: string, @Query() { cursor, limit }: LinesQuery) {
    return unwrap(await this.proofs.ofFund(id, unwrap(decodeIdCursor(cursor)), limit ?? DEFAULT_LIMIT));
  }

  @Get('paying-accounts/:id/proofs')
  @Requires('fund.read')
  @ApiOperation({ summary: 'Day by day, what payments, ledger and bank came to, newest first' })
  async ofAccount(@Param('id', ParseUUIDPipe) id: string, @Query() { cursor, limit }: LinesQuery) {
    return unwrap(await this.proofs.ofAccount(id, unwrap(decodeIdCursor(cursor)), limit ?? DEFAULT_LIMIT));
  }
}
