import { Body, Controller, Get, Header, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { NewPayeeAccountDto, PayeeFindingDto, PayeeReasonDto } from './dto/payee.dto.js';
import { PayeeAccounts } from './payee-accounts.service.js';
import { PayeeChecks } from './payee-checks.service.js';
import { PayeeDesk } from './payee-desk.service.js';
import { PayeeFindings } from './payee-findings.service.js';
import { PayeeHolds } from './payee-holds.service.js';
import { PayeeQueries } from './payee-queries.service.js';
import { PayeeReveals } from './payee-reveals.service.js';

@ApiTags('payee accounts')
@Controller('v1/merchants/:id')
export class PayeesController {
  constructor(
    private readonly accounts: PayeeAccounts,
    private readonly queries: PayeeQueries,
    private readonly checks: PayeeChecks,
    private readonly reveals: PayeeReveals,
    private readonly holds: PayeeHolds,
    private readonly desk: PayeeDesk,
    private readonly findings: PayeeFindings,
  ) {}

  @Get('payee-accounts')
  @Requires('payee.read', 'merchant')
  @ApiOperation({ summary: 'Where the business is paid, newest first; numbers are masked for everybody' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.list(ctx, id));
  }

  @Get('payee-accounts/:accountId')
  @Requires('payee.read', 'merchant')
  @ApiOperation({ summary: 'One account, masked' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('accountId', ParseUUIDPipe) accountId: string) {
    return unwrap(await this.queries.get(ctx, id, accountId));
  }

  @Post('payee-accounts')
  @Requires('payee.edit', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Enter an account; another one than before waits 72 hours. Needs a fresh proof (POST /v1/sessions/current/proofs)' })
  async add(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() body: NewPayeeAccountDto) {
    return unwrap(await this.accounts.add(ctx, id, body));
  }

  @Post('payee-accounts/:accountId/cancellations')
  @Requires('payee.edit', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Take back an account that is not in use yet' })
  async cancel(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('accountId', ParseUUIDPipe) accountId: string, @IfMatch() version: number) {
    return unwrap(await this.accounts.cancel(ctx, id, accountId, version));
  }

  @Post('payee-accounts/:accountId/verifications')
  @Requires('payee.verify')
  @Command()
  @ApiOperation({ summary: 'Say whose account it is, where no bank did' })
  async verify(
    @Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('accountId', ParseUUIDPipe) accountId: string, @IfMatch() version: number, @Body() body: PayeeFindingDto,
  ) {
    return unwrap(await this.checks.verify(ctx, id, accountId, version, body));
  }

  @Post('payee-accounts/:accountId/reveals')
  @Requires('payee.reveal')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The whole number, with a reason that is kept; at most ten an hour. Needs a fresh proof; an Idempotency-Key does nothing here' })
  async reveal(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('accountId', ParseUUIDPipe) accountId: string, @Body() body: PayeeReasonDto) {
    return unwrap(await this.reveals.reveal(ctx, id, accountId, body.reason));
  }

  @Get('payee-record')
  @Requires('payee.oversee')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Staff: who stopped payments, let them go on, or read a whole number, and why' })
  async record(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.desk.record(ctx, id));
  }

  @Get('payee-findings')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Staff: other businesses that entered the same account' })
  async doubts(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.findings.of(ctx, id));
  }

  @Post('payee-holds')
  @Requires('payee.hold')
  @Command()
  @ApiOperation({ summary: 'Stop everything that is paid to the business, until an approver of finance has looked' })
  async hold(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() body: PayeeReasonDto) {
    return unwrap(await this.holds.hold(ctx, id, body.reason));
  }

  @Post('payee-hold-releases')
  @Requires('payee.release_hold')
  @Command()
  @ApiOperation({ summary: 'Let payments go on after somebody said that a change was not theirs. Needs a fresh proof' })
  async release(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() body: PayeeReasonDto) {
    return unwrap(await this.holds.release(ctx, id, body.reason));
  }
}
