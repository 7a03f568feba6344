import { Body, Controller, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimWithdrawal } from './claim-withdrawal.service.js';
import { Casework } from './casework.service.js';
import type { Verdict } from './verdict-checks.service.js';
import { AcceptanceDto, DisclaimerDto, ReturnDto, VerdictDto, WithdrawalDto } from './dto/review.dto.js';
import { acceptanceIn } from './objections/dto/objections.dto.js';
import { Offers } from './offers.service.js';
import { OfferRenewals } from './offers/offer-renewals.service.js';

const verdictOf = ({ outcome, assessmentId, reasons, note }: VerdictDto): Verdict => ({ outcome, assessmentId, reasons, ...(note === undefined ? {} : { note }) });

@ApiTags('review')
@Controller('v1')
export class ReviewController {
  constructor(
    private readonly casework: Casework, private readonly offers: Offers, private readonly renewals: OfferRenewals, private readonly withdrawal: ClaimWithdrawal,
  ) {}

  @Post('claims/:id/pulls')
  @Requires('claim.pull')
  @Command()
  @ApiOperation({ summary: 'Take a claim out of the rule\'s hands' })
  async pull(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.casework.pull(ctx, id, version));
  }

  @Post('claims/:id/recommendations')
  @Requires('claim.recommend')
  @Command()
  @ApiOperation({ summary: 'Recommend: award, refuse or nil, on the newest assessment' })
  async recommend(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: VerdictDto) {
    return unwrap(await this.casework.recommend(ctx, id, version, verdictOf(body)));
  }

  @Post('claims/:id/returns')
  @Requires('claim.decide')
  @Command()
  @ApiOperation({ summary: 'Send a recommendation back' })
  async sendBack(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: ReturnDto) {
    return unwrap(await this.casework.sendBack(ctx, id, version, body.reason));
  }

  @Post('claims/:id/decisions')
  @Requires('claim.decide')
  @Command()
  @ApiOperation({ summary: 'Decide what another person recommended' })
  async decide(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: VerdictDto) {
    return unwrap(await this.casework.decide(ctx, id, version, verdictOf(body)));
  }

  @Post('claims/:id/offers/:n/acceptances')
  @Requires('offer.accept', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Accept the offer in full, or take it on account with an objection for the rest, against the terms by their hash, within five minutes of a proof (POST /v1/sessions/current/proofs, /v1/account/proofs or /v1/account/passkey-proofs)' })
  async accept(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number, @Body() body: AcceptanceDto) {
    const taken = unwrap(acceptanceIn(body));
    return unwrap(await ('objection' in taken ? this.offers.acceptOnAccount(ctx, id, n, version, taken) : this.offers.acceptInFull(ctx, id, n, version, taken)));
  }

  @Post('claims/:id/offers/:n/renewals')
  @Requires('offer.accept', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Take up again an offer that lapsed: it is offered once more' })
  async renew(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number) {
    return unwrap(await this.renewals.takeUpAgain(ctx, id, n, version));
  }

  @Post('claims/:id/offers/:n/refusals')
  @Requires('offer.accept', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Decline the offer' })
  async decline(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @IfMatch() version: number) {
    return unwrap(await this.offers.decline(ctx, id, n, version));
  }

  @Post('claims/:id/withdrawals')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Take the claim back; nobody has to say why' })
  @ApiBody({ type: WithdrawalDto, required: false })
  async withdraw(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { reason = '' }: WithdrawalDto) {
    return unwrap(await this.withdrawal.withdraw(ctx, id, version, reason.trim() === '' ? undefined : reason.trim()));
  }

  @Post('claims/:id/disclaimers')
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Say that a claim the operator opened is not yours' })
  async disclaim(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { note }: DisclaimerDto) {
    return unwrap(await this.withdrawal.disclaim(ctx, id, version, note));
  }
}
