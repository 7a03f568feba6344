import { Controller, Get, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires, TakesFile, type MakegoodRequest } from '../../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeCountCursor, decodeIdCursor } from '../../../platform/http/page.js';
import { RefusalException, unwrap } from '../../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../../platform/http/upload.js';
import { BankItemsQuery, BankMessagesQuery } from '../dto/bank.dto.js';
import { BANK_FORMATS, type BankFormat } from '../views/bank-view.js';
import { BankMessages } from './bank-messages.service.js';
import { BankQueries } from './bank-queries.service.js';

const ABOUT = `A file as the bank gave it: pain.002, camt.054 or camt.053, or a table of results (CSV or .xlsx) under the profile of its account. Fields or query parameters: payingAccount (its id) and format (${BANK_FORMATS.join(', ')}; iso20022 when left out). `
  + 'It is kept as it is and read by a job. The same bytes again are the same message: nothing happens twice.';

@ApiTags('bank messages')
@Controller('v1/bank-messages')
export class BankMessagesController {
  constructor(private readonly messages: BankMessages, private readonly queries: BankQueries) {}

  @Post()
  @Requires('payout.reconcile')
  @Command(202)
  @TakesFile('application/xml', 'text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  @ApiOperation({ summary: 'Takes a file of a bank about payments and bookings', description: ABOUT })
  async receive(@Ctx() ctx: Context, @Req() request: MakegoodRequest) {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    if (upload === undefined) throw new RefusalException({ code: 'payouts.bank_file_missing', params: {} });
    const { payingAccount = '', format = 'iso20022' } = upload.fields;
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(payingAccount)) throw new RefusalException({ code: 'payouts.bank_account_missing', params: {} });
    if (!isFormat(format)) throw new RefusalException({ code: 'payouts.bank_format_unknown', params: { known: [...BANK_FORMATS] } });
    return unwrap(await this.messages.receive(ctx, payingAccount, upload, format));
  }

  @Get()
  @Requires('payout.read')
  @ApiOperation({ summary: 'Files of banks, newest first' })
  list(@Query() { payingAccount, state, cursor, limit }: BankMessagesQuery) {
    const before = unwrap(decodeIdCursor(cursor));
    return this.queries.messagesPage({
      ...(payingAccount === undefined ? {} : { payingAccountId: payingAccount }), ...(state === undefined ? {} : { state }), ...(before === undefined ? {} : { before }), limit: limit ?? DEFAULT_LIMIT,
    });
  }

  @Get(':id')
  @Requires('payout.read')
  @ApiOperation({ summary: 'One file: what it is, what came of it, why when nothing did, and each time it was read' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.messages.about(id));
  }

  @Post(':id/readings')
  @Requires('payout.reconcile')
  @Command(202)
  @ApiOperation({ summary: 'Reads the kept file once more under the profile as it is now: what was left out and can be read counts, what counted stays as it was' })
  async readAgain(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.messages.readAgain(ctx, id, version));
  }

  @Get(':id/items')
  @Requires('payout.read')
  @ApiOperation({ summary: 'Everything that it says, in the order of the file, with its class and effect' })
  async items(@Param('id', ParseUUIDPipe) id: string, @Query() query: BankItemsQuery) {
    return unwrap(await this.queries.itemsOf(id, { limit: query.limit ?? DEFAULT_LIMIT, after: unwrap(decodeCountCursor(query.cursor)), ...(query.class === undefined ? {} : { of: query.class }) }));
  }
}

const isFormat = (text: string): text is BankFormat => (BANK_FORMATS as readonly string[]).includes(text);
