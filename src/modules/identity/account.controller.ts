import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Ctx, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Accounts } from './accounts.service.js';
import { LetterChoiceDto } from './dto/letter-choice.dto.js';
import { CodeProofDto, NewPasswordDto, PasskeyProofDto } from './dto/sign-in-code.dto.js';
import { LetterChoices, type LetterChoice } from './letter-choices.service.js';
import type { Ceremony } from './passkey-ceremonies.service.js';
import { PasskeyProofs } from './passkey-proofs.service.js';
import { Sessions } from './sessions.service.js';
import type { SessionView } from './session-opening.service.js';
import { SignInCodes, type CodeView } from './sign-in-codes.service.js';

@ApiTags('account')
@Controller('v1/account')
export class AccountController {
  constructor(private readonly accounts: Accounts, private readonly sessions: Sessions, private readonly codes: SignInCodes, private readonly passkeys: PasskeyProofs, private readonly letters: LetterChoices) {}

  @Get('sessions')
  @Requires('session.read')
  @ApiOperation({ summary: 'Where I am signed in' })
  async list(@Ctx() ctx: Context): Promise<{ items: object[] }> {
    const items = await this.sessions.list(userIdOf(ctx.actor));
    return { items: items.map(({ createdAt, lastSeenAt, ...line }) => ({ ...line, createdAt: createdAt.toISOString(), lastSeenAt: lastSeenAt.toISOString() })) };
  }

  @Delete('other-sessions')
  @Requires('session.read')
  @HttpCode(200)
  @ApiOperation({ summary: 'End all my sessions but this one' })
  async endOthers(@Ctx() ctx: Context): Promise<{ ended: number }> {
    return unwrap(await this.sessions.endOthers(ctx, userIdOf(ctx.actor), ctx.actor.kind === 'user' ? ctx.actor.session?.id : undefined));
  }

  @Post('proof-codes')
  @Requires('session.read')
  @HttpCode(201)
  @ApiOperation({ summary: 'Ask for a code to show once more who I am' })
  async askProof(@Ctx() ctx: Context): Promise<CodeView> {
    const { language } = await this.accounts.mine(ctx);
    return unwrap(await this.codes.askAgain(ctx, userIdOf(ctx.actor), language === 'ko' || language === 'fr' ? language : 'en'));
  }

  @Post('proofs')
  @Requires('session.read')
  @HttpCode(201)
  @ApiOperation({ summary: 'Give that code: a new session in the place of this one, proved for five minutes' })
  async prove(@Ctx() ctx: Context, @Req() request: FastifyRequest, @Body() body: CodeProofDto): Promise<SessionView> {
    return unwrap(await this.codes.proveAgain(ctx, userIdOf(ctx.actor), request.headers.authorization?.slice(7) ?? '', body));
  }

  @Post('passkey-questions')
  @Requires('session.read')
  @HttpCode(201)
  @ApiOperation({ summary: 'Ask what one of my passkeys has to sign, to show once more who I am' })
  async askPasskey(@Ctx() ctx: Context): Promise<Ceremony<object>> {
    return unwrap(await this.passkeys.begin(ctx));
  }

  @Post('passkey-proofs')
  @Requires('session.read')
  @HttpCode(201)
  @ApiOperation({ summary: 'Give what the passkey signed: a new session in the place of this one, proved for five minutes' })
  async provePasskey(@Ctx() ctx: Context, @Req() request: FastifyRequest, @Body() { holder, response }: PasskeyProofDto): Promise<SessionView> {
    return unwrap(await this.passkeys.prove(ctx, request.headers.authorization?.slice(7) ?? '', holder, response));
  }

  @Put('password')
  @Requires('session.read')
  @HttpCode(204)
  @ApiOperation({ summary: 'Set or change my password, within five minutes of a proof; other sessions end' })
  async setPassword(@Ctx() ctx: Context, @Body() body: NewPasswordDto): Promise<void> {
    unwrap(await this.accounts.setPassword(ctx, body.password));
  }

  @Get('letter-preferences')
  @Requires('session.read')
  @ApiOperation({ summary: 'Which letters I am sent' })
  letterPreferences(@Ctx() ctx: Context): Promise<LetterChoice> {
    return this.letters.mine(ctx);
  }

  @Patch('letter-preferences')
  @Requires('session.read')
  @ApiOperation({ summary: 'Do without letters of courtesy, or have them again; decisions, offers, questions and payments are always told' })
  async chooseLetters(@Ctx() ctx: Context, @Body() body: LetterChoiceDto): Promise<LetterChoice> {
    return unwrap(await this.letters.choose(ctx, body));
  }
}
