import { Body, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Public, type MakegoodRequest } from '../../platform/http/metadata.js';
import { heldBy, letGo, setSessionCookie } from '../../platform/http/session-cookie.js';
import { SignInCodes, SignUps } from '../../modules/identity/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

/** Signing up. The first question is whether this is the right door: private persons are told another, and nothing of theirs is stored. */
@Pages('sign-up')
export class SignUpController {
  readonly #secure: boolean;

  constructor(private readonly codes: SignInCodes, private readonly signUps: SignUps, @Inject(APP_CONFIG) private readonly config: AppConfig) {
    this.#secure = config.environment === 'production';
  }

  @Get()
  @Public()
  question(): View {
    return new View('entry/sign-up.njk');
  }

  @Post()
  @Public()
  async answer(@Visitor() { language }: Visit, @Body() body: unknown, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const kind = formText(body, 'kind', 20);
    if (kind === 'private') return new SeeOther(`/${language}/sign-up/private`);
    if (kind !== 'business') return again('entry/sign-up.njk', {}, { code: 'portal.field_missing', params: {}, pointer: '/kind' });
    return new SeeOther(await this.#isProved(request) ? `/${language}/sign-up/details` : `/${language}/sign-in/code?new=1&next=/${language}/business`);
  }

  @Get('private')
  @Public()
  elsewhere(): View {
    return new View('entry/private.njk', { contact: this.config.otherContact });
  }

  @Get('details')
  @Public()
  async details(@Visitor() { language }: Visit, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    return await this.#isProved(request) ? new View('entry/details.njk', { typed: { name: '', language } }) : new SeeOther(`/${language}/sign-up`);
  }

  @Post('details')
  @Public()
  async signUp(@Visitor() visit: Visit, @Body() body: unknown, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const chosen = formText(body, 'language', 2);
    const typed = { name: formText(body, 'name', 200), language: LANGUAGES.find((language) => language === chosen) ?? visit.language, termsAccepted: formText(body, 'terms', 3) === 'yes' };
    const opened = await this.signUps.signUp(visit.ctx, heldBy(request, 'makegood_code') ?? '', typed);
    if (!opened.ok) return again('entry/details.njk', { typed }, opened.refusal);
    letGo(reply, 'makegood_code', this.#secure);
    setSessionCookie(reply, opened.value.token, this.#secure);
    return new SeeOther(business(typed.language));
  }

  #isProved(request: MakegoodRequest): Promise<boolean> {
    const holder = heldBy(request, 'makegood_code');
    return holder === undefined ? Promise.resolve(false) : this.codes.isProved(holder);
  }
}

/** Where somebody new goes on: who is to be paid for what. */
const business = (language: Language): string => `/${language}/business`;
