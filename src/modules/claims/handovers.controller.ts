import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { NewHandoverDto } from './dto/handover.dto.js';
import { Handovers, type HandoverView } from './handovers.service.js';

/** Bringing a sales file from another device, by a short code; the device itself goes through the pages at `/handover`. */
@ApiTags('handovers')
@Controller('v1/handovers')
export class HandoversController {
  constructor(private readonly handovers: Handovers) {}

  @Post()
  @Requires('claim.file', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Make a code that opens the sales upload of one claim on another device for 30 minutes; it is told once' })
  async create(@Ctx() ctx: Context, @Body() { claimId }: NewHandoverDto): Promise<HandoverView & { code: string }> {
    return unwrap(await this.handovers.create(ctx, claimId));
  }

  @Get(':id')
  @Requires('claim.read', 'merchant')
  @ApiOperation({ summary: 'Whether the code was used and the file has arrived' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<HandoverView> {
    return unwrap(await this.handovers.get(ctx, id));
  }

  @Post(':id/revocations')
  @Requires('claim.file', 'merchant')
  @Command(200)
  @ApiOperation({ summary: 'Make the code and the device that used it useless' })
  async revoke(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<HandoverView> {
    const { claimId } = unwrap(await this.handovers.get(ctx, id));
    unwrap(await this.handovers.revoke(ctx, claimId));
    return unwrap(await this.handovers.get(ctx, id));
  }
}
