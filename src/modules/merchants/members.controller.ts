import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import type { MemberRole } from '../../platform/access/roles.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AcceptInvitationDto, InviteDto, MemberRoleDto } from './dto/member.dto.js';
import { InvitationAnswers } from './invitation-answers.service.js';
import { MerchantInvitations, type InvitationView } from './merchant-invitations.service.js';
import { MerchantMembers, type MemberView } from './merchant-members.service.js';

@ApiTags('merchants')
@Controller('v1')
export class MembersController {
  constructor(private readonly members: MerchantMembers, private readonly invitations: MerchantInvitations, private readonly answers: InvitationAnswers) {}

  @Get('merchants/:id/members')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'Who acts for a business' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<{ items: MemberView[] }> {
    return unwrap(await this.members.list(ctx, id));
  }

  @Patch('merchants/:id/members/:userId')
  @Requires('member.manage', 'merchant')
  @ApiOperation({ summary: 'Makes somebody an owner, who signs, or a member, who files' })
  async change(
    @Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('userId', ParseUUIDPipe) userId: string, @IfMatch() version: number, @Body() body: MemberRoleDto,
  ): Promise<MemberView> {
    return unwrap(await this.members.changeRole(ctx, id, userId, version, body.role));
  }

  @Delete('merchants/:id/members/:userId')
  @Requires('merchant.read', 'merchant')
  @HttpCode(204)
  @ApiOperation({ summary: 'Somebody acts for it no longer; the last owner stays' })
  async remove(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('userId', ParseUUIDPipe) userId: string, @IfMatch() version: number): Promise<void> {
    unwrap(await this.members.remove(ctx, id, userId, version));
  }

  @Get('merchants/:id/invitations')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'Invitations that nobody has accepted yet' })
  async invitationsOf(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<{ items: InvitationView[] }> {
    return unwrap(await this.answers.unanswered(ctx, id));
  }

  @Post('merchants/:id/invitations')
  @Requires('member.manage', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Invites somebody by mail; the link works once, for 72 hours' })
  async invite(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() body: InviteDto): Promise<InvitationView> {
    return unwrap(await this.invitations.invite(ctx, id, body));
  }

  @Delete('merchants/:id/invitations/:invitationId')
  @Requires('member.manage', 'merchant')
  @HttpCode(204)
  @ApiOperation({ summary: 'The link is worth nothing from now on' })
  async withdraw(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Param('invitationId', ParseUUIDPipe) invitationId: string): Promise<void> {
    unwrap(await this.invitations.withdraw(ctx, id, invitationId));
  }

  @Post('invitations/acceptances')
  @Requires('invitation.accept')
  @Command()
  @ApiOperation({ summary: 'Accepts an invitation that was sent to your address' })
  async accept(@Ctx() ctx: Context, @Body() { token }: AcceptInvitationDto): Promise<{ merchantId: string; role: MemberRole }> {
    return unwrap(await this.answers.accept(ctx, token));
  }
}
