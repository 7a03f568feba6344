import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeIdCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { SettleTaskDto, TasksQuery } from './dto/task.dto.js';
import { TaskBook } from './task-book.service.js';
import { TASK_STATES } from './tasks.rules.js';

@ApiTags('tasks')
@Controller('v1/tasks')
export class TasksController {
  constructor(private readonly tasks: TaskBook, private readonly database: Database) {}

  @Get()
  @Requires('task.read')
  @ApiOperation({ summary: 'What somebody has to look at, oldest first' })
  async list(@Query() { state = 'open', limit = DEFAULT_LIMIT, cursor }: TasksQuery) {
    const after = unwrap(decodeIdCursor(cursor));
    return pageOf(await this.tasks.page(this.database.reader, { state, ...(after === undefined ? {} : { after }), limit: limit + 1 }), limit, ({ id }) => [id]);
  }

  @Get('counts')
  @Requires('task.read')
  @ApiOperation({ summary: 'How many tasks are open and how many are settled' })
  async counts() {
    const counts = await this.tasks.counts(this.database.reader);
    return Object.fromEntries(TASK_STATES.map((state) => [state, counts.get(state) ?? 0]));
  }

  @Get(':id')
  @Requires('task.read')
  @ApiOperation({ summary: 'One task with its figures, and what became of it' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.tasks.get(this.database.reader, id));
  }

  @Post(':id/settlements')
  @Requires('task.settle')
  @Command()
  @ApiOperation({ summary: 'Says what became of it and why; moves nothing' })
  async settle(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { note }: SettleTaskDto) {
    return unwrap(await this.tasks.settle(ctx, id, version, note));
  }
}
