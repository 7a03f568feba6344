import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Ctx, Requires } from '../../platform/http/metadata.js';
import { CursorQuery, decodeIdCursor, DEFAULT_LIMIT } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { WaitingQuery } from './dto/payee.dto.js';
import { PayeeDesk, UNCHECKED } from './payee-desk.service.js';

const paging = ({ cursor, limit = DEFAULT_LIMIT }: CursorQuery) => {
  const after = unwrap(decodeIdCursor(cursor));
  return { limit, ...(after === undefined ? {} : { after }) };
};

@ApiTags('payee accounts')
@Controller('v1')
export class PayeeDeskController {
  constructor(private readonly desk: PayeeDesk) {}

  @Get('payee-checks')
  @Requires('payee.oversee')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Staff: accounts that wait, the longest first; numbers are masked' })
  async waiting(@Ctx() ctx: Context, @Query() query: WaitingQuery) {
    return unwrap(await this.desk.waiting(ctx, { ...paging(query), outcomes: query.outcome === undefined ? UNCHECKED : [query.outcome] }));
  }

  @Get('payee-holds')
  @Requires('payee.oversee')
  @ApiOperation({ summary: 'Staff: businesses to which nothing is paid, the longest first' })
  async held(@Ctx() ctx: Context, @Query() query: CursorQuery) {
    return unwrap(await this.desk.held(ctx, paging(query)));
  }
}
