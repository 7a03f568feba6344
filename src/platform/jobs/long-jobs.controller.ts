import { Controller, Get, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../access/context.js';
import { Ctx, Requires } from '../http/metadata.js';
import { RefusalException } from '../http/refusal-exception.js';
import { LongJobs, type LongJobView } from './long-jobs.js';

@ApiTags('jobs')
@Controller('v1/jobs')
export class LongJobsController {
  constructor(private readonly jobs: LongJobs) {}

  @Get(':id')
  @Requires('session.read', 'merchant')
  @ApiOperation({ summary: 'How far a long piece of work is, and where its result lies' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<LongJobView> {
    const job = await this.jobs.find(ctx, id);
    if (job === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    return job;
  }
}
