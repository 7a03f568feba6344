import { Readable } from 'node:stream';
import { Controller, Get, Param, ParseUUIDPipe, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { CursorQuery, decodeCursor, decodeIdCursor, DEFAULT_LIMIT } from '../../platform/http/page.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../platform/http/upload.js';
import { BatchCommits } from './batch-commits.service.js';
import { readBatchOptions } from './batch-options.rules.js';
import { BatchQueries } from './batch-queries.service.js';
import { BatchUploads, type BatchFile } from './batch-uploads.service.js';
import { COLUMNS } from './batch-columns.rules.js';
import type { ItemState } from './batch.machine.js';
import { BatchItemsQuery } from './dto/batch.dto.js';
import { englishWords } from './views/batch-view.js';

const ABOUT = `One row a claim, as CSV, as one JSON object a line, or as {"rows": [...]}. Fields or query parameters: mode (strict or lenient), ceilingPercent.\n\n${
  COLUMNS.map(({ name, needed, expected }) => `* \`${name}\`${needed ? '' : ' (optional)'}: ${expected}`).join('\n')}\n* \`answer.…\`: the answer to a question of the policy`;

@ApiTags('claim batches')
@Controller('v1/claim-batches')
export class ClaimBatchesController {
  constructor(private readonly uploads: BatchUploads, private readonly commits: BatchCommits, private readonly queries: BatchQueries) {}

  @Post()
  @Requires('agency.work', 'agent')
  @Command(202)
  @TakesFile('text/csv', 'application/x-ndjson')
  @ApiOperation({ summary: 'Send many claims to be checked; nothing is filed yet', description: ABOUT })
  async upload(@Ctx() ctx: Context, @Req() request: MakegoodRequest) {
    const { file, fields } = await fileIn(request);
    return unwrap(await this.uploads.upload(ctx, file, unwrap(readBatchOptions(fields))));
  }

  @Get()
  @Requires('agency.work', 'agent')
  @ApiOperation({ summary: 'Your batches, newest first' })
  async list(@Ctx() ctx: Context, @Query() query: CursorQuery) {
    const before = unwrap(decodeIdCursor(query.cursor));
    return unwrap(await this.queries.page(ctx, { limit: query.limit ?? DEFAULT_LIMIT, ...(before === undefined ? {} : { before }) }));
  }

  @Get(':id')
  @Requires('agency.work', 'agent')
  @ApiOperation({ summary: 'A batch and how far it is' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.get(ctx, id));
  }

  @Get(':id/items')
  @Requires('agency.work', 'agent')
  @ApiOperation({ summary: 'Its rows in the order of the file, each with all its errors and what became of it' })
  async items(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Query() query: BatchItemsQuery) {
    const [after = '0'] = unwrap(decodeCursor(query.cursor, 1)) ?? [];
    if (!/^\d{1,9}$/.test(after)) throw new RefusalException({ code: 'http.cursor_malformed', params: {} });
    return unwrap(await this.queries.items(ctx, id, {
      limit: query.limit ?? DEFAULT_LIMIT, after: Number.parseInt(after, 10), ...(query.state === undefined ? {} : { states: [query.state as ItemState] }),
    }));
  }

  @Get(':id/result-file')
  @Requires('agency.work', 'agent')
  @ApiProduces('text/csv', 'application/x-ndjson')
  @ApiOperation({ summary: 'The rows as you sent them, with status, reference and errors: correct it and send it again, nothing is filed twice' })
  async resultFile(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<StreamableFile> {
    const { text, type, name } = unwrap(await this.queries.resultFile(ctx, id, englishWords));
    return new StreamableFile(Readable.from(text), { type, disposition: `attachment; filename="${name}"` });
  }

  @Post(':id/commits')
  @Requires('agency.work', 'agent')
  @Command(202)
  @ApiOperation({ summary: 'File the good rows, or all of a strict batch; a job, whose progress the batch shows' })
  async commit(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.commits.commit(ctx, id, version));
  }
}

async function fileIn(request: MakegoodRequest): Promise<{ file: BatchFile; fields: Readonly<Record<string, unknown>> }> {
  if (isUpload(request)) {
    const upload = await uploadOf(request);
    if (upload === undefined) throw new RefusalException({ code: 'batches.file_missing', params: {} });
    return { file: upload, fields: upload.fields };
  }
  const rows = (request.body as { rows?: unknown } | undefined)?.rows;
  if (!Array.isArray(rows)) throw new RefusalException({ code: 'batches.file_missing', params: {} });
  return { file: { stream: Readable.from([Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))]), fileName: 'claims.ndjson' }, fields: request.query as Record<string, unknown> };
}
