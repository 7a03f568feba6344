import { Body, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Public, type MakegoodRequest } from '../../platform/http/metadata.js';
import { clearSessionCookie, sessionCookie, setSessionCookie } from '../../platform/http/session-cookie.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Sessions } from '../../modules/identity/index.js';
import { formText } from '../shared/form-fields.form.js';
import { onwards } from '../shared/onwards.rules.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

@Pages('')
export class SignInController {
  readonly #secure: boolean;

  constructor(private readonly sessions: Sessions, @Inject(APP_CONFIG) private readonly config: AppConfig) {
    this.#secure = config.environment === 'production';
  }

  @Get('sign-in')
  @Public()
  form(@Visitor() { language }: Visit, @Query() query: Record<string, unknown>): View {
    return new View('public/sign-in.njk', { next: onwards(query['next'], language), ended: query['ended'] !== undefined, demo: this.config.demo });
  }

  @Post('sign-in')
  @Public()
  async signIn(@Visitor() { language, ctx }: Visit, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const [email, password] = [formText(body, 'email', 200), formText(body, 'password', 200)];
    const next = onwards(formText(body, 'next', 500), language);
    const session = await this.sessions.signIn(ctx, email, password);
    if (!session.ok) {
      const status = session.refusal.code === 'rate.too_many' ? 429 : 422;
      return again('public/sign-in.njk', { email, next, demo: this.config.demo }, { ...session.refusal, pointer: '/email' }, status);
    }
    setSessionCookie(reply, session.value.token, this.#secure);
    return new SeeOther(next);
  }

  @Post('sign-out')
  @Public()
  async signOut(@Visitor() { language, ctx }: Visit, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SeeOther> {
    const token = sessionCookie(request);
    if (token !== undefined) unwrap(await this.sessions.signOut(ctx, token));
    clearSessionCookie(reply, this.#secure);
    return new SeeOther(`/${language}?signed-out=1`);
  }
}
