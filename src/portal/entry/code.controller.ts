import { Body, Get, Inject, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Public, type MakegoodRequest } from '../../platform/http/metadata.js';
import { limitedTo } from '../../platform/http/rate-limit.guard.js';
import { heldBy, letGo, letHold, setSessionCookie } from '../../platform/http/session-cookie.js';
import { SignInCodes } from '../../modules/identity/index.js';
import { LetterQueries } from '../../modules/mail/index.js';
import { formText } from '../shared/form-fields.form.js';
import { onwards } from '../shared/onwards.rules.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

/** What a code is refused for. Said after a way to the page anew, so that going back from it sends nothing again. */
const FAULTS = ['identity.code_wrong', 'identity.code_ended', 'identity.code_not_for_staff'];
const isKept = (code: string): boolean => FAULTS.includes(code);

const statusOf = (code: string): number => (code === 'rate.too_many' ? 429 : 422);

/** Signing in, or beginning to sign up, by a code that is sent: the same pages for both, so that nobody learns which it will be. */
@Pages('sign-in/code')
export class CodeController {
  readonly #secure: boolean;

  constructor(private readonly codes: SignInCodes, private readonly letters: LetterQueries, @Inject(APP_CONFIG) config: AppConfig) {
    this.#secure = config.environment === 'production';
  }

  @Get()
  @Public()
  form(@Visitor() { language }: Visit, @Query() query: Record<string, unknown>): View {
    return new View('entry/ask.njk', { next: onwards(query['next'], language), isNew: query['new'] !== undefined });
  }

  @Post()
  @Public()
  @UseGuards(limitedTo(120, 900))
  async ask(@Visitor() { language, ctx }: Visit, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const [address, next, isNew] = [formText(body, 'address', 200), onwards(formText(body, 'next', 500), language), formText(body, 'new', 1) !== ''];
    const asked = await this.codes.ask(ctx, address, language);
    if (!asked.ok) return again('entry/ask.njk', { address, next, isNew }, { ...asked.refusal, pointer: '/address' }, statusOf(asked.refusal.code));
    letHold(reply, 'makegood_code', asked.value.holder, this.#secure);
    return new SeeOther(`/${language}/sign-in/code/enter?next=${encodeURIComponent(next)}${isNew ? '&new=1' : ''}`);
  }

  @Get('enter')
  @Public()
  enter(@Visitor() { language }: Visit, @Query() query: Record<string, unknown>): View {
    const data = { next: onwards(query['next'], language), isNew: query['new'] !== undefined, outbox: this.letters.isReadable };
    const fault = FAULTS.find((code) => code === query['fault']);
    return fault === undefined ? new View('entry/enter.njk', data) : again('entry/enter.njk', { ...data, code: formText(query, 'code', 20) }, { code: fault, params: {}, pointer: '/code' }, 200);
  }

  @Post('enter')
  @Public()
  async prove(@Visitor() { language, ctx }: Visit, @Body() body: unknown, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const [code, next, isNew] = [formText(body, 'code', 20), onwards(formText(body, 'next', 500), language), formText(body, 'new', 1) !== ''];
    const proof = await this.codes.prove(ctx, heldBy(request, 'makegood_code') ?? '', code);
    if (!proof.ok && isKept(proof.refusal.code)) {
      const typed = new URLSearchParams({ next, fault: proof.refusal.code, ...(proof.refusal.code === 'identity.code_wrong' ? { code } : {}), ...(isNew ? { new: '1' } : {}) });
      return new SeeOther(`/${language}/sign-in/code/enter?${typed.toString()}`);
    }
    if (!proof.ok) return again('entry/enter.njk', { code, next, isNew, outbox: this.letters.isReadable }, { ...proof.refusal, pointer: '/code' });
    // Who came from the first question of the sign-up has answered it.
    if ('isNew' in proof.value) return new SeeOther(`/${language}/sign-up${isNew ? '/details' : ''}`);
    letGo(reply, 'makegood_code', this.#secure);
    setSessionCookie(reply, proof.value.session.token, this.#secure);
    return new SeeOther(next);
  }
}
