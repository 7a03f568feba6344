import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { DEFAULT_LIMIT, decodeCountCursor, decodeCursor, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { BatchApprovals } from './batch-approvals.service.js';
import { BatchPreparation } from './batch-preparation.service.js';
import { ApproveBatchDto, BatchesQuery, LeaveOutDto, LinesQuery, OpenBatchDto } from './dto/payout.dto.js';
import { BatchVariance } from './batch-variance.service.js';
import { BatchRelease } from './batch-release.service.js';
import { PayoutFiles } from './payout-files.service.js';
import { PayoutQueries } from './payout-queries.service.js';

@ApiTags('payouts')
@Controller('v1/payout-batches')
export class PayoutBatchesController {
  constructor(private readonly preparation: BatchPreparation, private readonly approvals: BatchApprovals, private readonly release: BatchRelease, private readonly files: PayoutFiles, private readonly queries: PayoutQueries, private readonly variance: BatchVariance) {}

  @Get()
  @Requires('payout.read')
  @ApiOperation({ summary: 'Batches, newest first' })
  list(@Query() { fund, state, cursor, limit }: BatchesQuery) {
    const before = unwrap(decodeIdCursor(cursor));
    return this.queries.page({
      ...(fund === undefined ? {} : { fundId: fund }), ...(state === undefined ? {} : { state }), ...(before === undefined ? {} : { before }), limit: limit ?? DEFAULT_LIMIT,
    });
  }

  @Post()
  @Requires('payout.prepare')
  @Command()
  @ApiOperation({ summary: 'Opens a batch with everything that is due from a fund and that nothing stops' })
  async open(@Ctx() ctx: Context, @Body() { fundId, executeOn }: OpenBatchDto) {
    return unwrap(await this.preparation.open(ctx, { fundId, ...(executeOn === undefined ? {} : { executeOn }) }));
  }

  @Get(':id')
  @Requires('payout.read')
  @ApiOperation({ summary: 'A batch with its sums, approvals, and what it went on without' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.queries.get(id));
  }

  @Get(':id/lines')
  @Requires('payout.read')
  @ApiOperation({ summary: 'Its payments in the order of their references' })
  async lines(@Param('id', ParseUUIDPipe) id: string, @Query() { cursor, limit }: LinesQuery) {
    const after = unwrap(decodeCursor(cursor, 1))?.[0];
    return unwrap(await this.queries.linesOf(id, { ...(after === undefined ? {} : { after }), limit: limit ?? DEFAULT_LIMIT }));
  }

  @Get(':id/variance')
  @Requires('payout.read')
  @ApiOperation({ summary: 'What to compare it with: new payees, changed accounts, outliers and the largest payments' })
  async compare(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.variance.of(id));
  }

  @Post(':id/omissions')
  @Requires('payout.prepare')
  @Command()
  @ApiOperation({ summary: 'Leaves a payment out of an open batch; it is due for the next' })
  async leaveOut(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { lineId }: LeaveOutDto) {
    return unwrap(await this.preparation.leaveOut(ctx, id, version, lineId));
  }

  @Post(':id/locks')
  @Requires('payout.prepare')
  @Command()
  @ApiOperation({ summary: 'Freezes accounts, amounts and sum, and computes the digest' })
  async lock(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.preparation.lock(ctx, id, version));
  }

  @Post(':id/approvals')
  @Requires('payout.approve')
  @Command()
  @ApiOperation({ summary: 'Approves the locked batch by its digest, as another person than who locked it' })
  async approve(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { digest }: ApproveBatchDto) {
    return unwrap(await this.approvals.approve(ctx, id, version, digest));
  }

  @Post(':id/cancellations')
  @Requires('payout.prepare')
  @Command()
  @ApiOperation({ summary: 'Gives its payments back, before it is released' })
  async cancel(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number) {
    return unwrap(await this.preparation.cancel(ctx, id, version));
  }

  @Post(':id/releases')
  @Requires('payout.release')
  @Command(202)
  @ApiOperation({ summary: 'Releases the approved batch by its digest: its file is written, checked and kept, and its payments are in transit' })
  async releases(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { digest }: ApproveBatchDto) {
    return unwrap(await this.release.request(ctx, id, version, digest));
  }

  @Get(':id/file')
  @Requires('payout.read')
  @ApiOperation({ summary: 'About its file: name, digest, size, and whether its schema was checked' })
  async file(@Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.files.about(id));
  }

  @Get(':id/file/texts')
  @Requires('payout.read')
  @ApiOperation({ summary: 'Every text that its file holds otherwise than it was typed, in the order of the file, with both' })
  async texts(@Param('id', ParseUUIDPipe) id: string, @Query() { cursor, limit }: LinesQuery) {
    return unwrap(await this.files.textsOf(id, { after: unwrap(decodeCountCursor(cursor)), limit: limit ?? DEFAULT_LIMIT }));
  }

  @Get(':id/file/content')
  @Requires('payout.release')
  @ApiOperation({ summary: 'The bytes that were written at release, for the bank; asks for a fresh proof, and who had them is recorded' })
  async content(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<StreamableFile> {
    const { name, mediaType, byteCount, bytes } = unwrap(await this.files.open(ctx, id));
    return new StreamableFile(bytes, { type: mediaType, length: byteCount, disposition: `attachment; filename="${name}"` });
  }
}
