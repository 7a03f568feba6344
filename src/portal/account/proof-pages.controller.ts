import { Body, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { userIdOf } from '../../platform/access/ownership.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { heldBy, letGo, letHold, sessionCookie, setSessionCookie } from '../../platform/http/session-cookie.js';
import { Accounts, PasskeyProofs, SignInCodes, StepUp } from '../../modules/identity/index.js';
import { LetterQueries } from '../../modules/mail/index.js';
import { formText } from '../shared/form-fields.form.js';
import { onwards } from '../shared/onwards.rules.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const PAGE = 'account/proof.njk';
/** What a device answers, keys and signatures in base64. */
const LONGEST_ANSWER = 20_000;

/** Showing once more who one is, by a code, a passkey or the password; any page may lead here and be come back to by `next`. */
@Pages('account/proof')
export class ProofPagesController {
  readonly #secure: boolean;

  constructor(
    private readonly accounts: Accounts, private readonly codes: SignInCodes, private readonly stepUp: StepUp, private readonly passkeys: PasskeyProofs, private readonly letters: LetterQueries, @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.#secure = config.environment === 'production';
  }

  @Get()
  @Requires('session.read')
  async proof(@Visitor() visit: Visit, @Query() query: Record<string, unknown>, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View> {
    const sent = query['sent'] !== undefined && heldBy(request, 'makegood_code') !== undefined;
    return new View(PAGE, await this.#asked(visit, reply, query['next'], { sent }));
  }

  @Post('codes')
  @Requires('session.read')
  async askCode(@Visitor() visit: Visit, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const next = onwards(formText(body, 'next', 500), visit.language);
    const asked = await this.codes.askAgain(visit.ctx, userIdOf(visit.ctx.actor), visit.language);
    if (!asked.ok) return again(PAGE, await this.#asked(visit, reply, next, { sent: false }), asked.refusal, asked.refusal.code === 'rate.too_many' ? 429 : 422);
    letHold(reply, 'makegood_code', asked.value.holder, this.#secure);
    return new SeeOther(`/${visit.language}/account/proof?sent=1&next=${encodeURIComponent(next)}`);
  }

  @Post()
  @Requires('session.read')
  async byCode(@Visitor() visit: Visit, @Body() body: unknown, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const [code, next] = [formText(body, 'code', 20), onwards(formText(body, 'next', 500), visit.language)];
    const proof = { holder: heldBy(request, 'makegood_code') ?? '', code };
    const proved = await this.codes.proveAgain(visit.ctx, userIdOf(visit.ctx.actor), sessionCookie(request) ?? '', proof);
    if (!proved.ok) return again(PAGE, await this.#asked(visit, reply, next, { sent: true, code }), { ...proved.refusal, pointer: '/code' });
    letGo(reply, 'makegood_code', this.#secure);
    setSessionCookie(reply, proved.value.token, this.#secure);
    return new SeeOther(next);
  }

  @Post('password')
  @Requires('session.read')
  async byPassword(@Visitor() visit: Visit, @Body() body: unknown, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const next = onwards(formText(body, 'next', 500), visit.language);
    const proved = await this.stepUp.prove(visit.ctx, sessionCookie(request) ?? '', formText(body, 'password', 200));
    if (!proved.ok) return again(PAGE, await this.#asked(visit, reply, next, { sent: false }), { ...proved.refusal, pointer: '/password' }, proved.refusal.code === 'rate.too_many' ? 429 : 422);
    setSessionCookie(reply, proved.value.token, this.#secure);
    return new SeeOther(next);
  }

  @Post('passkey')
  @Requires('session.read')
  async byPasskey(@Visitor() visit: Visit, @Body() body: unknown, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const next = onwards(formText(body, 'next', 500), visit.language);
    const proved = await this.passkeys.prove(visit.ctx, sessionCookie(request) ?? '', heldBy(request, 'makegood_passkey') ?? '', formText(body, 'response', LONGEST_ANSWER));
    if (!proved.ok) return again(PAGE, await this.#asked(visit, reply, next, { sent: false }), proved.refusal);
    letGo(reply, 'makegood_passkey', this.#secure);
    setSessionCookie(reply, proved.value.token, this.#secure);
    return new SeeOther(next);
  }

  /** With what a passkey would have to sign, for who has one and has not asked for a code. */
  async #asked({ ctx, language }: Visit, reply: FastifyReply, next: unknown, more: { sent: boolean; code?: string }): Promise<object> {
    const begun = more.sent ? undefined : await this.passkeys.begin(ctx);
    if (begun?.ok === true) letHold(reply, 'makegood_passkey', begun.value.holder, this.#secure);
    return { options: begun?.ok === true ? JSON.stringify(begun.value.options) : undefined, next: onwards(next, language), account: await this.accounts.mine(ctx), outbox: this.letters.isReadable, ...more };
  }
}
