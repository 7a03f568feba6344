import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../../platform/access/context.js';
import { Command, Ctx, Requires } from '../../../platform/http/metadata.js';
import { unwrap } from '../../../platform/http/refusal-exception.js';
import { moneyIn } from '../../../platform/http/wire.js';
import { DutyBoard } from '../../identity/index.js';
import { Approvals } from './approvals.service.js';
import { DecisionLimits } from './decision-limits.service.js';
import { InterestDto, LimitDto } from './dto/duties.dto.js';
import { Interests } from './interests.service.js';

@ApiTags('duties')
@Controller('v1')
export class DutiesController {
  constructor(private readonly board: DutyBoard, private readonly limits: DecisionLimits, private readonly approvals: Approvals, private readonly interests: Interests) {}

  @Get('duties')
  @Requires('user.manage')
  @ApiOperation({ summary: 'Every duty of the installation\'s profile, and whether the people there are can fill it' })
  async duties() {
    return this.board.view({ hasLimits: await this.limits.any() });
  }

  @Get('decision-limits')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Up to what amount a role decides an award alone, and limits that wait for another administrator; no row for a role and currency: any amount' })
  list() {
    return this.limits.list();
  }

  @Post('decision-limits')
  @Requires('user.manage')
  @Command()
  @ApiOperation({ summary: 'Set a limit in the place of the one before; in a strict installation it waits for another administrator' })
  async set(@Ctx() ctx: Context, @Body() { role, currency, upTo }: LimitDto) {
    return unwrap(await this.limits.set(ctx, { role, currency, upTo: upTo === undefined ? undefined : unwrap(moneyIn(upTo, '/upTo/amount')) }));
  }

  @Post('decision-limits/:id/confirmations')
  @Requires('user.manage')
  @Command()
  @ApiOperation({ summary: 'Confirm a limit that another administrator set: it counts from now on' })
  async confirm(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.limits.confirm(ctx, id));
  }

  @Get('claims/:id/approvals')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Approvals that were the first of two, newest first, and whether each still counts' })
  async approvalsOf(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.approvals.list(ctx, id));
  }

  @Get('claims/:id/interests')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Interests that staff declared in the claim or its business' })
  async interestsIn(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string) {
    return unwrap(await this.interests.list(ctx, id));
  }

  @Post('claims/:id/interests')
  @Requires('queue.read')
  @Command()
  @ApiOperation({ summary: 'Declare an interest of your own: from then on you neither recommend nor decide, and nothing takes it back' })
  async declare(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { reach, note }: InterestDto) {
    return unwrap(await this.interests.declare(ctx, id, { reach, note: note === undefined || note.trim() === '' ? undefined : note.trim() }));
  }
}
