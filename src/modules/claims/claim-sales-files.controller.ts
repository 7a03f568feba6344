import { Controller, Get, Param, ParseUUIDPipe, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { fileOut } from '../../platform/http/file-out.js';
import { Ctx, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { englishWords } from '../evidence/index.js';
import { ClaimSalesFiles } from './claim-sales-files.service.js';

/** Sales files on their way out. */
@ApiTags('claims')
@Controller('v1/claims/:id/sales-records/:setId')
export class ClaimSalesFilesController {
  constructor(private readonly files: ClaimSalesFiles) {}

  @Get('file')
  @Requires('claim.read', 'merchant')
  @ApiProduces('application/octet-stream')
  @ApiOperation({ summary: 'The file as it was sent' })
  async original(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('setId', ParseUUIDPipe) setId: string): Promise<StreamableFile> {
    return fileOut(unwrap(await this.files.original(ctx, id, setId)));
  }

  @Get('marked-file')
  @Requires('claim.read', 'merchant')
  @ApiProduces('application/octet-stream')
  @ApiOperation({ summary: 'The file with two more columns: what is wrong with a line, and in which column' })
  async marked(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('setId', ParseUUIDPipe) setId: string): Promise<StreamableFile> {
    return fileOut(unwrap(await this.files.marked(ctx, id, setId, englishWords)));
  }
}
