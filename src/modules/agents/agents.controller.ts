import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AgentOrganisations, type AgentView } from './agent-organisations.service.js';
import { NewAgentDto, NewAgentMemberDto } from './dto/agents.dto.js';

@ApiTags('agents')
@Controller('v1/agents')
export class AgentsController {
  constructor(private readonly agents: AgentOrganisations) {}

  @Post()
  @Requires('agent.manage')
  @Command()
  @ApiOperation({ summary: 'Set up an agent: a business that files for others' })
  async open(@Ctx() ctx: Context, @Body() body: NewAgentDto): Promise<AgentView> {
    return unwrap(await this.agents.open(ctx, body));
  }

  @Get(':id')
  @Requires('agent.manage')
  @ApiOperation({ summary: 'An agent and its people' })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<AgentView> {
    return unwrap(await this.agents.get(id));
  }

  @Post(':id/members')
  @Requires('agent.manage')
  @Command()
  @ApiOperation({ summary: 'Somebody works for the agent from now on' })
  async addMember(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { userId }: NewAgentMemberDto): Promise<AgentView> {
    return unwrap(await this.agents.addMember(ctx, id, userId));
  }
}
