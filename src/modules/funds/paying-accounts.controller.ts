import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { CursorQuery, DEFAULT_LIMIT, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { lastNumber } from './deposits.rules.js';
import { AccountTermsDto, ChangeDecisionDto, ChangesQuery, NamePayingAccountDto, NewPayingAccountDto } from './dto/paying-account.dto.js';
import { PayingAccountChanges } from './paying-account-changes.service.js';
import { PayingAccountQueries } from './paying-account-queries.service.js';
import { PayingAccounts } from './paying-accounts.service.js';
import { readBands, readOwnAccount } from './stated-terms.rules.js';

@ApiTags('funds')
@Controller('v1')
export class PayingAccountsController {
  constructor(private readonly accounts: PayingAccounts, private readonly changes: PayingAccountChanges, private readonly queries: PayingAccountQueries) {}

  @Get('paying-accounts')
  @Requires('fund.read')
  @ApiOperation({ summary: 'Accounts that money leaves from, their numbers masked' })
  list(@Query() { cursor, limit }: CursorQuery) {
    return this.queries.page(unwrap(decodeIdCursor(cursor)), limit ?? DEFAULT_LIMIT);
  }

  @Post('paying-accounts')
  @Requires('fund.edit')
  @Command()
  @ApiOperation({ summary: 'Enter an account to pay from; nothing leaves from it before a fund names it' })
  async create(@Ctx() ctx: Context, @Body() body: NewPayingAccountDto) {
    const { account, approvals, ...rest } = body;
    return unwrap(await this.accounts.create(ctx, { ...rest, account: unwrap(readOwnAccount(account)), approvals: unwrap(readBands(approvals, body.currency)) }));
  }

  @Get('paying-accounts/:id')
  @Requires('fund.read')
  @ApiOperation({ summary: 'An account to pay from, its number masked' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.get(id));
  }

  @Get('paying-accounts/:id/changes')
  @Requires('fund.read')
  @ApiOperation({ summary: 'What was proposed to change about it, newest first' })
  async listChanges(@Param('id', ParseUUIDPipe) id: string, @Query() { cursor, limit }: ChangesQuery) {
    return unwrap(await this.changes.list(id, unwrap(lastNumber(cursor)), limit ?? DEFAULT_LIMIT));
  }

  @Post('paying-accounts/:id/changes')
  @Requires('fund.edit')
  @Command()
  @ApiOperation({ summary: 'Propose other terms for it; another person applies them' })
  async propose(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: AccountTermsDto) {
    const { account, approvals, ...rest } = body;
    const { currency } = unwrap(await this.queries.get(id));
    return unwrap(await this.changes.propose(ctx, id, version, {
      ...rest, ...(account === undefined ? {} : { account: unwrap(readOwnAccount(account)) }), ...(approvals === undefined ? {} : { approvals: unwrap(readBands(approvals, currency)) }),
    }));
  }

  @Post('paying-accounts/:id/changes/:n/decisions')
  @Requires('fund.book')
  @Command()
  @ApiOperation({ summary: 'Apply what another person proposed, with a fresh proof; or drop it' })
  async decide(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Body() { outcome }: ChangeDecisionDto) {
    return unwrap(await this.changes.decide(ctx, id, n, outcome));
  }

  @Post('paying-accounts/:id/changes/:n/withdrawals')
  @Requires('fund.edit')
  @Command()
  @ApiOperation({ summary: 'Take back what you proposed yourself' })
  async takeBack(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number) {
    return unwrap(await this.changes.takeBack(ctx, id, n));
  }

  @Post('funds/:id/paying-accounts')
  @Requires('fund.edit')
  @Command()
  @ApiOperation({ summary: 'Name the account a fund pays from, and how: the first at once, any other as a change that another person applies' })
  async name(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: NamePayingAccountDto) {
    const named = await this.accounts.assign(ctx, id, version, body);
    return named.ok || named.refusal.code !== 'funds.names_an_account' ? unwrap(named) : unwrap(await this.changes.proposeFor(ctx, id, version, body));
  }
}
