import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, Requires } from '../../../platform/http/metadata.js';
import { DEFAULT_LIMIT } from '../../../platform/http/page.js';
import { RefusalException, unwrap } from '../../../platform/http/refusal-exception.js';
import { Assignments } from './assignments.service.js';
import { AssignmentDto, filterOf, QueueFilterDto, QueueQuery, SavedFilterDto } from './dto/queues.dto.js';
import { QueueLists } from './queue-lists.service.js';
import { QUEUES, type QueueName } from './queue.rules.js';
import { SavedFilters } from './saved-filters.service.js';

const named = (name: string): QueueName => {
  if (!Object.hasOwn(QUEUES, name)) throw new RefusalException({ code: 'http.not_found', params: {} });
  return name as QueueName;
};

@ApiTags('review')
@Controller('v1')
export class QueuesController {
  constructor(private readonly lists: QueueLists, private readonly assignments: Assignments, private readonly filters: SavedFilters) {}

  @Get('queues/:name/claims')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Claims that wait: review, decision, automatic, waiting, objections, mine, unassigned, adrift (nobody\'s, and no day promised), all; or by state: offered, accepted, rejected' })
  async claims(@Ctx() ctx: Context, @Param('name') name: string, @Query() query: QueueQuery) {
    const { sort = 'filed', cursor, limit = DEFAULT_LIMIT } = query;
    return unwrap(await this.lists.page(ctx, { queue: named(name), sort, filter: filterOf(query), limit, ...(cursor === undefined ? {} : { cursor }) }));
  }

  @Get('queues/:name/count')
  @Requires('queue.read')
  @ApiOperation({ summary: 'How many claims a list has; not counted beyond 10,000' })
  async count(@Ctx() ctx: Context, @Param('name') name: string, @Query() query: QueueFilterDto) {
    return unwrap(await this.lists.count(ctx, named(name), filterOf(query)));
  }

  @Post('queues/next-claims')
  @Requires('claim.take')
  @Command()
  @ApiOperation({ summary: 'Take the claim that was filed first of those nobody has and you may work on' })
  async next(@Ctx() ctx: Context) {
    return unwrap(await this.assignments.takeNext(ctx));
  }

  @Get('claims/:id/assignments')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Whose a claim is' })
  async assignment(@Param('id', ParseUUIDPipe) id: string) {
    const found = await this.assignments.of(id);
    if (found === undefined) throw new RefusalException({ code: 'queues.not_filed', params: {} });
    return found;
  }

  @Post('claims/:id/assignments')
  @Requires('claim.take')
  @Command()
  @ApiOperation({ summary: 'Take a claim, release it (null), or as a supervisor give it to somebody' })
  async assign(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { to }: AssignmentDto) {
    return unwrap(await this.assignments.assign(ctx, id, to ?? null));
  }

  @Get('saved-filters')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Your filters, and those that supervisors share' })
  async saved(@Ctx() ctx: Context) {
    return { items: await this.filters.list(ctx) };
  }

  @Post('saved-filters')
  @Requires('queue.read')
  @Command()
  @ApiOperation({ summary: 'Keep a filter under a name; fifty a person' })
  async save(@Ctx() ctx: Context, @Body() { name, queue, sort = 'filed', filter = {}, shared = false }: SavedFilterDto) {
    return unwrap(await this.filters.save(ctx, { name, query: { queue, sort, filter: filterOf(filter) }, isShared: shared }));
  }

  @Delete('saved-filters/:id')
  @Requires('queue.read')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete one of your filters' })
  async remove(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    unwrap(await this.filters.remove(ctx, id));
  }
}
