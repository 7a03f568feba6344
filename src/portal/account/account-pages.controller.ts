import { Body, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LANGUAGES } from '../../core/policy/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { heldBy, letGo, letHold, sessionCookie, setSessionCookie } from '../../platform/http/session-cookie.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Accounts, isRecentlyProved, Passkeys, Sessions, SignInCodes } from '../../modules/identity/index.js';
import { LetterQueries } from '../../modules/mail/index.js';
import { formText } from '../shared/form-fields.form.js';
import { onwards } from '../shared/onwards.rules.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

/** What somebody sees and changes about themselves: ways to sign in, where they are signed in, their language. */
@Pages('account')
export class AccountPagesController {
  readonly #secure: boolean;

  constructor(
    private readonly accounts: Accounts, private readonly sessions: Sessions, private readonly codes: SignInCodes, private readonly letters: LetterQueries,
    private readonly passkeys: Passkeys, private readonly clock: Clock, @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.#secure = config.environment === 'production';
  }

  @Get()
  @Requires('session.read')
  async account(@Visitor() { ctx }: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const current = ctx.actor.kind === 'user' ? ctx.actor.session?.id : undefined;
    const userId = userIdOf(ctx.actor);
    const [account, sessions, passkeys] = await Promise.all([this.accounts.mine(ctx), this.sessions.list(userId), this.passkeys.list(userId)]);
    return new View('account/account.njk', {
      account, done: formText(query, 'done', 20),
      passkeys: passkeys.map((key) => ({ ...key, createdAt: key.createdAt.toISOString(), lastUsedAt: key.lastUsedAt?.toISOString() })),
      sessions: sessions.map(({ id, method, createdAt, lastSeenAt }) => ({ method, createdAt: createdAt.toISOString(), lastSeenAt: lastSeenAt.toISOString(), isThis: id === current })),
    });
  }

  @Post('language')
  @Requires('session.read')
  async setLanguage(@Visitor() { language, ctx }: Visit, @Body() body: unknown): Promise<SeeOther> {
    const chosen = LANGUAGES.find((known) => known === formText(body, 'language', 2)) ?? language;
    unwrap(await this.accounts.setLanguage(ctx, chosen));
    return new SeeOther(`/${chosen}/account?done=language`);
  }

  @Post('sessions')
  @Requires('session.read')
  async endOthers(@Visitor() { language, ctx }: Visit): Promise<SeeOther> {
    unwrap(await this.sessions.endOthers(ctx, userIdOf(ctx.actor), ctx.actor.kind === 'user' ? ctx.actor.session?.id : undefined));
    return new SeeOther(`/${language}/account?done=sessions`);
  }

  @Get('password')
  @Requires('session.read')
  async password(@Visitor() { language, ctx }: Visit): Promise<View | SeeOther> {
    if (!isRecentlyProved(ctx.actor, this.clock.now())) return this.#proofFirst(language);
    return new View('account/password.njk', { account: await this.accounts.mine(ctx) });
  }

  @Post('password')
  @Requires('session.read')
  async setPassword(@Visitor() { language, ctx }: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const set = await this.accounts.setPassword(ctx, formText(body, 'password', 200));
    if (set.ok) return new SeeOther(`/${language}/account?done=password`);
    if (set.refusal.code === 'identity.proof_needed') return this.#proofFirst(language);
    return again('account/password.njk', { account: await this.accounts.mine(ctx) }, set.refusal);
  }

  /** Showing once more who one is; any page may lead here and be come back to by `next`. */
  @Get('proof')
  @Requires('session.read')
  async proof(@Visitor() { language, ctx }: Visit, @Query() query: Record<string, unknown>, @Req() request: MakegoodRequest): Promise<View> {
    const sent = query['sent'] !== undefined && heldBy(request, 'makegood_code') !== undefined;
    return new View('account/proof.njk', { next: onwards(query['next'], language), sent, account: await this.accounts.mine(ctx), outbox: this.letters.isReadable });
  }

  @Post('proof/codes')
  @Requires('session.read')
  async askCode(@Visitor() { language, ctx }: Visit, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const next = onwards(formText(body, 'next', 500), language);
    const asked = await this.codes.askAgain(ctx, userIdOf(ctx.actor), language);
    if (!asked.ok) return again('account/proof.njk', { next, sent: false, account: await this.accounts.mine(ctx) }, asked.refusal, asked.refusal.code === 'rate.too_many' ? 429 : 422);
    letHold(reply, 'makegood_code', asked.value.holder, this.#secure);
    return new SeeOther(`/${language}/account/proof?sent=1&next=${encodeURIComponent(next)}`);
  }

  @Post('proof')
  @Requires('session.read')
  async prove(@Visitor() { language, ctx }: Visit, @Body() body: unknown, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const [code, next] = [formText(body, 'code', 20), onwards(formText(body, 'next', 500), language)];
    const proof = { holder: heldBy(request, 'makegood_code') ?? '', code };
    const proved = await this.codes.proveAgain(ctx, userIdOf(ctx.actor), sessionCookie(request) ?? '', proof);
    if (!proved.ok) return again('account/proof.njk', { next, sent: true, code, account: await this.accounts.mine(ctx), outbox: this.letters.isReadable }, { ...proved.refusal, pointer: '/code' });
    letGo(reply, 'makegood_code', this.#secure);
    setSessionCookie(reply, proved.value.token, this.#secure);
    return new SeeOther(next);
  }

  #proofFirst(language: string): SeeOther {
    return new SeeOther(`/${language}/account/proof?next=/${language}/account/password`);
  }
}
