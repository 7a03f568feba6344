import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, Public, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { NewPersonDto, RoleDto, RoleRemovalDto } from './dto/person.dto.js';
import { ProofDto, SignInDto } from './dto/sign-in.dto.js';
import { People, type PersonView } from './people.service.js';
import type { SessionView } from './session-opening.service.js';
import { StepUp } from './step-up.service.js';
import { Sessions } from './sessions.service.js';

@ApiTags('sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(private readonly sessions: Sessions, private readonly people: People, private readonly stepUp: StepUp) {}

  @Post()
  @Public()
  @HttpCode(201)
  @ApiOperation({ summary: 'Sign in: gives a bearer token' })
  async signIn(@Ctx() ctx: Context, @Body() body: SignInDto): Promise<SessionView> {
    return unwrap(await this.sessions.signIn(ctx, body.email, body.password));
  }

  @Get('current')
  @Requires('session.read')
  @ApiOperation({ summary: 'Who am I, and for whom may I act?' })
  async current(@Ctx() ctx: Context): Promise<PersonView & { memberships: readonly object[] }> {
    const person = unwrap(await this.people.get(userIdOf(ctx.actor)));
    return { ...person, memberships: ctx.actor.kind === 'user' ? ctx.actor.memberships : [] };
  }

  @Post('current/proofs')
  @Requires('session.read')
  @HttpCode(201)
  @ApiOperation({ summary: 'Show again that it is you, before something that touches where money goes: a new session in the place of this one, proved for five minutes' })
  async prove(@Ctx() ctx: Context, @Req() request: FastifyRequest, @Body() body: ProofDto): Promise<SessionView> {
    return unwrap(await this.stepUp.prove(ctx, request.headers.authorization?.slice(7) ?? '', body.password));
  }

  @Delete('current')
  @Requires('session.read')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out: the token is worth nothing from now on' })
  async signOut(@Ctx() ctx: Context, @Req() request: FastifyRequest): Promise<void> {
    unwrap(await this.sessions.signOut(ctx, request.headers.authorization?.slice(7) ?? ''));
  }
}

@ApiTags('users')
@Controller('v1/users')
export class UsersController {
  constructor(private readonly people: People) {}

  @Post()
  @Requires('user.manage')
  @Command()
  @ApiOperation({ summary: 'Add a person' })
  async create(@Ctx() ctx: Context, @Body() body: NewPersonDto): Promise<PersonView> {
    return unwrap(await this.people.create(ctx, body));
  }

  @Get(':id')
  @Requires('user.manage')
  @ApiOperation({ summary: 'A person and their roles' })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<PersonView> {
    return unwrap(await this.people.get(id));
  }

  @Post(':id/roles')
  @Requires('user.manage')
  @Command()
  @ApiOperation({ summary: 'Grant a role; roles that exclude each other are refused' })
  async grant(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() body: RoleDto): Promise<PersonView> {
    return unwrap(await this.people.grant(ctx, id, body.role));
  }

  @Post(':id/role-removals')
  @Requires('user.manage')
  @Command()
  @ApiOperation({ summary: 'Take a role away: what waits for a lock meanwhile is refused' })
  async revoke(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { role, reason }: RoleRemovalDto): Promise<PersonView> {
    return unwrap(await this.people.revoke(ctx, id, role, reason === undefined ? {} : { reason }));
  }
}
