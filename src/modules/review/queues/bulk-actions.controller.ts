import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../../platform/http/metadata.js';
import { CursorQuery, decodeCursor, decodeIdCursor, DEFAULT_LIMIT } from '../../../platform/http/page.js';
import { RefusalException, unwrap } from '../../../platform/http/refusal-exception.js';
import { BulkActions } from './bulk-actions.service.js';
import { BulkFreezing } from './bulk-freezing.service.js';
import { BulkActionDto, BulkItemsQuery, filterOf, OpeningDto, SendingDto } from './dto/queues.dto.js';

/** The number of the last item seen; a cursor nobody gave out is refused. */
function numberIn(cursor: string | undefined): number | undefined {
  const [text] = unwrap(decodeCursor(cursor, 1)) ?? [];
  if (text !== undefined && !/^\d{1,5}$/.test(text)) throw new RefusalException({ code: 'http.cursor_malformed', params: {} });
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

@ApiTags('review')
@Controller('v1/bulk-actions')
export class BulkActionsController {
  constructor(private readonly actions: BulkActions, private readonly freezing: BulkFreezing) {}

  @Post()
  @Requires('claim.take')
  @Command(202)
  @ApiOperation({ summary: 'Freeze a list of claims to recommend, decide, assign or release; a verdict waits until its sample was opened and it is sent' })
  async freeze(@Ctx() ctx: Context, @Body() { kind, claimIds, queue, filter, of, outcome, reasons = [], note, to }: BulkActionDto) {
    const parts = { claimIds, of, outcome, note, to, chosen: queue === undefined ? undefined : { queue, filter: filterOf(filter ?? {}) } };
    const given = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as { [Key in keyof typeof parts]?: NonNullable<(typeof parts)[Key]> };
    return unwrap(await this.freezing.freeze(ctx, { kind, reasons, ...given }));
  }

  @Get()
  @Requires('queue.read')
  @ApiOperation({ summary: 'Bulk actions, newest first' })
  async list(@Query() query: CursorQuery) {
    const before = unwrap(decodeIdCursor(query.cursor));
    return this.actions.list({ limit: query.limit ?? DEFAULT_LIMIT, ...(before === undefined ? {} : { before }) });
  }

  @Get(':id')
  @Requires('queue.read')
  @ApiOperation({ summary: 'A frozen list: how many, sums, reasons, digest, and how far it is' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.actions.get(id));
  }

  @Get(':id/items')
  @Requires('queue.read')
  @ApiOperation({ summary: 'The claims of a list, and what became of each' })
  async items(@Param('id', ParseUUIDPipe) id: string, @Query() query: BulkItemsQuery) {
    const after = numberIn(query.cursor);
    return unwrap(await this.actions.items(id, {
      limit: query.limit ?? DEFAULT_LIMIT, sampledOnly: query.sampled === 'true', ...(query.state === undefined ? {} : { state: query.state }), ...(after === undefined ? {} : { after }),
    }));
  }

  @Post(':id/openings')
  @Requires('claim.take')
  @Command()
  @ApiOperation({ summary: 'Note that you opened a claim of the sample' })
  async open(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { claimId }: OpeningDto) {
    return unwrap(await this.actions.open(ctx, id, claimId));
  }

  @Post(':id/submissions')
  @Requires('claim.take')
  @Command(202)
  @ApiOperation({ summary: 'Send the list by its digest; a job works through it' })
  async send(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { digest }: SendingDto) {
    return unwrap(await this.actions.send(ctx, id, version, digest));
  }
}
