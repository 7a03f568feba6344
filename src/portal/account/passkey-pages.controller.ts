import { Body, Get, Inject, Param, ParseUUIDPipe, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Public, Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { heldBy, letGo, letHold, setSessionCookie } from '../../platform/http/session-cookie.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Passkeys, PasskeySignIn } from '../../modules/identity/index.js';
import { formText } from '../shared/form-fields.form.js';
import { onwards } from '../shared/onwards.rules.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

/** What a device answers, keys and signatures in base64. */
const LONGEST_ANSWER = 20_000;

/**
 * Passkeys. What the device is asked stands in the page, and its answer comes back in the form like anything typed: the script
 * only carries it across. Only this needs scripts; a code works without.
 */
@Pages('')
export class PasskeyPagesController {
  readonly #secure: boolean;

  constructor(private readonly passkeys: Passkeys, private readonly entry: PasskeySignIn, @Inject(APP_CONFIG) config: AppConfig) {
    this.#secure = config.environment === 'production';
  }

  @Get('sign-in/passkey')
  @Public()
  async offer(@Visitor() { language, ctx }: Visit, @Query() query: Record<string, unknown>, @Res({ passthrough: true }) reply: FastifyReply): Promise<View> {
    return new View('entry/passkey.njk', { next: onwards(query['next'], language), options: await this.#asked(ctx, reply) });
  }

  @Post('sign-in/passkey')
  @Public()
  async signIn(@Visitor() { language, ctx }: Visit, @Body() body: unknown, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const next = onwards(formText(body, 'next', 500), language);
    const opened = await this.entry.signIn(ctx, heldBy(request, 'makegood_passkey') ?? '', formText(body, 'response', LONGEST_ANSWER));
    if (!opened.ok) return again('entry/passkey.njk', { next, options: await this.#asked(ctx, reply) }, opened.refusal);
    letGo(reply, 'makegood_passkey', this.#secure);
    setSessionCookie(reply, opened.value.token, this.#secure);
    return new SeeOther(next);
  }

  @Get('account/passkeys/new')
  @Requires('session.read')
  async form(@Visitor() { language, ctx }: Visit, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const begun = await this.passkeys.beginAdding(ctx);
    if (!begun.ok) return proofFirst(language, 'account/passkeys/new');
    letHold(reply, 'makegood_passkey', begun.value.holder, this.#secure);
    return new View('account/passkey.njk', { options: JSON.stringify(begun.value.options) });
  }

  @Post('account/passkeys/new')
  @Requires('session.read')
  async add(@Visitor() { language, ctx }: Visit, @Body() body: unknown, @Req() request: MakegoodRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const name = formText(body, 'name', 100).trim();
    const answer = { holder: heldBy(request, 'makegood_passkey') ?? '', response: formText(body, 'response', LONGEST_ANSWER), name: name === '' ? 'Passkey' : name };
    const added = await this.passkeys.add(ctx, answer);
    if (added.ok) return new SeeOther(`/${language}/account?done=passkey`);
    const begun = await this.passkeys.beginAdding(ctx);
    if (!begun.ok) return proofFirst(language, 'account/passkeys/new');
    letHold(reply, 'makegood_passkey', begun.value.holder, this.#secure);
    return again('account/passkey.njk', { name, options: JSON.stringify(begun.value.options) }, added.refusal);
  }

  @Post('account/passkeys/:id/removal')
  @Requires('session.read')
  async remove(@Visitor() { language, ctx }: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<SeeOther> {
    const removed = await this.passkeys.remove(ctx, id);
    return removed.ok ? new SeeOther(`/${language}/account?done=passkey_gone`) : proofFirst(language, 'account');
  }

  async #asked(ctx: Visit['ctx'], reply: FastifyReply): Promise<string> {
    const { holder, options } = unwrap(await this.entry.begin(ctx));
    letHold(reply, 'makegood_passkey', holder, this.#secure);
    return JSON.stringify(options);
  }
}

const proofFirst = (language: string, next: string): SeeOther => new SeeOther(`/${language}/account/proof?next=/${language}/${next}`);
