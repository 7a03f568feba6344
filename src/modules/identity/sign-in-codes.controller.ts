import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Ctx, Public } from '../../platform/http/metadata.js';
import { limitedTo } from '../../platform/http/rate-limit.guard.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { CodeProofDto, SignInCodeDto, SignUpDto } from './dto/sign-in-code.dto.js';
import type { SessionView } from './session-opening.service.js';
import { SignInCodes, type CodeView, type Proof } from './sign-in-codes.service.js';
import { SignUps } from './sign-up.service.js';

@ApiTags('sessions')
@Controller('v1/sign-in-codes')
export class SignInCodesController {
  constructor(private readonly codes: SignInCodes) {}

  @Post()
  @Public()
  @UseGuards(limitedTo(120, 900))
  @HttpCode(201)
  @ApiOperation({ summary: 'Ask for a one-time code by mail or text message; the answer is the same for everybody' })
  async ask(@Ctx() ctx: Context, @Body() body: SignInCodeDto): Promise<CodeView> {
    return unwrap(await this.codes.ask(ctx, body.address, body.language));
  }

  @Post('proofs')
  @Public()
  @HttpCode(201)
  @ApiOperation({ summary: 'Give the code: a session, or the way to sign up when nobody has the address' })
  async prove(@Ctx() ctx: Context, @Body() body: CodeProofDto): Promise<Proof> {
    return unwrap(await this.codes.prove(ctx, body.holder, body.code));
  }
}

@ApiTags('sessions')
@Controller('v1/sign-ups')
export class SignUpsController {
  constructor(private readonly signUps: SignUps) {}

  @Post()
  @Public()
  @HttpCode(201)
  @ApiOperation({ summary: 'Sign up with the address that a code has proved: gives a bearer token' })
  async signUp(@Ctx() ctx: Context, @Body() { holder, ...newcomer }: SignUpDto): Promise<SessionView> {
    return unwrap(await this.signUps.signUp(ctx, holder, newcomer));
  }
}
