import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn } from '../../platform/http/wire.js';
import { CreateDraftDto, DraftsQuery, EditDraftDto, ReturnDraftDto } from './dto/policy.dto.js';
import { PolicyDrafting, type EditionChange } from './policy-drafting.service.js';

const timeIn = (text: string | undefined, pointer: string): Instant | undefined => (text === undefined ? undefined : unwrap(instantIn(text, pointer)));

function changeIn({ source, effectiveFrom, decidedFrom, reach }: EditDraftDto): EditionChange {
  const [events, decisions] = [timeIn(effectiveFrom, '/effectiveFrom'), timeIn(decidedFrom, '/decidedFrom')];
  return {
    ...(source === undefined ? {} : { source }), ...(reach === undefined ? {} : { reach }),
    ...(events === undefined ? {} : { effectiveFrom: events }), ...(decisions === undefined ? {} : { decidedFrom: decisions }),
  };
}

@ApiTags('policies')
@Controller('v1/policies')
export class PolicyDraftsController {
  constructor(private readonly drafting: PolicyDrafting, private readonly database: Database) {}

  @Get('drafts')
  @Requires('policy.read_drafts')
  @ApiOperation({ summary: 'Drafts and what became of them, newest first' })
  async list(@Query() query: DraftsQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = unwrap(decodeIdCursor(query.cursor));
    const wanted = { ...(query.key === undefined ? {} : { key: query.key }), ...(before === undefined ? {} : { before }), limit: limit + 1 };
    return pageOf(await this.drafting.list(this.database.reader, wanted), limit, ({ id }) => [id]);
  }

  @Post(':key/drafts')
  @Requires('policy.edit')
  @Command()
  @ApiOperation({ summary: 'Writes down the next version of a policy; stored even when it has faults' })
  async create(@Ctx() ctx: Context, @Param('key') key: string, @Body() body: CreateDraftDto) {
    return unwrap(await this.drafting.create(ctx, key, { effectiveFrom: null, decidedFrom: null, reach: 'undecided', ...changeIn(body), source: body.source }));
  }

  @Get(':key/drafts/:number')
  @Requires('policy.read_drafts')
  @ApiOperation({ summary: 'A draft with its text and every fault, line and column' })
  async get(@Param('key') key: string, @Param('number') number: string) {
    return unwrap(await this.drafting.get(this.database.reader, key, number));
  }

  @Patch(':key/drafts/:number')
  @Requires('policy.edit')
  @ApiOperation({ summary: 'Changes a draft' })
  async edit(@Ctx() ctx: Context, @Param('key') key: string, @Param('number') number: string, @IfMatch() version: number, @Body() body: EditDraftDto) {
    return unwrap(await this.drafting.edit(ctx, key, number, version, changeIn(body)));
  }

  @Post(':key/drafts/:number/submissions')
  @Requires('policy.edit')
  @Command()
  @ApiOperation({ summary: 'Hands a draft in for review; refused with every fault' })
  async submit(@Ctx() ctx: Context, @Param('key') key: string, @Param('number') number: string, @IfMatch() version: number) {
    return unwrap(await this.drafting.submit(ctx, key, number, version));
  }

  @Post(':key/drafts/:number/returns')
  @Requires('policy.review')
  @Command()
  @ApiOperation({ summary: 'Sends a draft back to its author, with the reason' })
  async sendBack(@Ctx() ctx: Context, @Param('key') key: string, @Param('number') number: string, @IfMatch() version: number, @Body() { reason }: ReturnDraftDto) {
    return unwrap(await this.drafting.sendBack(ctx, key, number, version, reason));
  }

  @Post(':key/drafts/:number/withdrawals')
  @Requires('policy.edit')
  @Command()
  @ApiOperation({ summary: 'Gives a draft up; it stays on record' })
  async withdraw(@Ctx() ctx: Context, @Param('key') key: string, @Param('number') number: string, @IfMatch() version: number) {
    return unwrap(await this.drafting.withdraw(ctx, key, number, version));
  }
}
